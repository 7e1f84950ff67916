// Runs mocha files under Node 24, TypeScript as it is, and reads what the reporter wrote when all had settled.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { run } from "../process/group.mjs";
import { say, step } from "../process/progress.mjs";
import { at, node24, root } from "../toolchain/project.mjs";

/** Result files of one run are of no use to the next. */
export function freshResultFile(stage) {
  mkdirSync(at(".cache/results"), { recursive: true });
  const file = at(".cache/results", `${stage}.json`);
  rmSync(file, { force: true });
  return file;
}

/** The tally of a stage. No result, or a result that its exit code contradicts, is a failure of its own. */
export function tallyOf(stage, file, code) {
  let tally = { passed: 0, failed: 0 };
  try {
    tally = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    say(`${stage}: ended with ${code} before all of its tests had settled.`);
    return { ...tally, failed: tally.failed + 1 };
  }
  if (code === 0 || tally.failed > 0) return tally;
  say(`${stage}: ended with ${code} although no test failed.`);
  return { ...tally, failed: 1 };
}

export async function mochaStage(stage, { title, spec, args = [], timeout = 10_000 }) {
  const file = freshResultFile(stage);
  const { code, signal } = await step(title, () =>
    run(
      node24,
      [
        at("node_modules/mocha/bin/mocha.js"),
        ...["--reporter", at("scripts/stages/tally.cjs"), "--timeout", String(timeout)],
        ...args,
        ...spec,
      ],
      { cwd: root, env: { ...process.env, MTLS_LENS_TALLY: file } },
    ),
  );
  return tallyOf(stage, file, signal ?? code);
}
