/** The command line on 10,000 resources in 100 files, as large as exports are and as people write them. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packed } from "../corpus.ts";
import { type Row, repeated, timed } from "../measure.ts";

const CLI = fileURLToPath(new URL("../../../dist/cli.cjs", import.meta.url));

/** Of \`istioctl analyze --use-kube=false\` 1.30 on 18.4 MB, 10,000 resources, on two cores: recorded, not of this run. */
const ISTIOCTL = { name: "istioctl analyze, recorded", values: [2.8] };

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
  const times = await repeated(5, () => timed(() => run(folder)));
  rmSync(folder, { recursive: true });
  return {
    measure: `${measure} (${megabytes.toFixed(1)} MB)`,
    ours: times.map((each) => megabytes / (each / 1000)),
    peer: ISTIOCTL,
    unit: "MB/s",
    goal,
  };
}

function run(folder: string): void {
  const { status, stderr } = spawnSync(process.execPath, [CLI, "check", folder], { encoding: "utf8", maxBuffer: 1e9 });
  if (status !== 0 && status !== 1) throw new Error(`check ended with ${status}: ${stderr}`);
}
