// The compiler and the linter, each counted as one test.
import { run } from "../process/group.mjs";
import { step } from "../process/progress.mjs";
import { at, node24, root } from "../toolchain/project.mjs";

const CHECKS = [
  ["Type check", "node_modules/typescript/bin/tsc", ["-b"]],
  ["Lint and format", "node_modules/@biomejs/biome/bin/biome", ["check", "--error-on-warnings"]],
];

export async function check() {
  const tally = { passed: 0, failed: 0 };
  for (const [title, program, args] of CHECKS) {
    const { code } = await step(title, () => run(node24, [at(program), ...args], { cwd: root }));
    if (code === 0) tally.passed += 1;
    else tally.failed += 1;
  }
  return tally;
}
