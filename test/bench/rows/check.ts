/** The command line on 10,000 resources in 100 files, as large as exports are and as people write them. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packed } from "../corpus.ts";
import { analyze, findIstioctl, RECORDED } from "../istioctl.ts";
import { interleaved, type Row, repeated, timed } from "../measure.ts";

const CLI = fileURLToPath(new URL("../../../dist/cli.cjs", import.meta.url));

const REPETITIONS = 3;

export async function check(): Promise<readonly Row[]> {
  return [
    await row("check, 18 MB in 100 files", 1400, { ratioAtLeast: 4 }),
    await row("check, the same without padding", 0, {}),
  ];
}

async function row(measure: string, padding: number, goal: Row["goal"]): Promise<Row> {
  const files = packed(500, 100, padding);
  const megabytes = files.reduce((sum, { text }) => sum + text.length, 0) / 1e6;
  const folder = mkdtempSync(join(tmpdir(), "mtls-lens-bench-"));
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const rate = async (work: () => void) => megabytes / ((await timed(work)) / 1000);
  const ours = () => rate(() => run(folder));
  const istioctl = findIstioctl();
  const measured =
    istioctl === undefined
      ? { ours: await repeated(REPETITIONS, ours), peer: RECORDED }
      : await against(ours, () => rate(() => analyze(istioctl, folder)));
  rmSync(folder, { recursive: true });
  return { measure: `${measure} (${megabytes.toFixed(1)} MB)`, ...measured, unit: "MB/s", goal };
}

async function against(
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<Pick<Row, "ours" | "peer">> {
  const { ours: mine, peer } = await interleaved(REPETITIONS, ours, theirs);
  return { ours: mine, peer: { name: "istioctl analyze", values: peer } };
}

function run(folder: string): void {
  const { status, stderr } = spawnSync(process.execPath, [CLI, "check", folder], { encoding: "utf8", maxBuffer: 1e9 });
  if (status !== 0 && status !== 1) throw new Error(`check ended with ${status}: ${stderr}`);
}
