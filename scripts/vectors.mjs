// npm run -s vectors -- FILE…: asks our rules the questions of any file of vectors and counts the right answers.
import { entry } from "./process/entry.mjs";
import { run } from "./process/group.mjs";
import { at, calledFrom, node24 } from "./toolchain/project.mjs";

await entry(import.meta.url, async (args) => {
  const { code } = await run(node24, [at("test/vectors/main.ts"), ...args], { cwd: calledFrom });
  return code ?? 1;
});
