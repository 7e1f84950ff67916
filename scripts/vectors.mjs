// npm run -s vectors -- FILE…: asks our rules the questions of any file of vectors and counts the right answers;
// npm run -s vectors -- --sockets [--all] [--seed N]: asks real connections in embedded meshes those of test/vectors/data.
import { entry } from "./process/entry.mjs";
import { run } from "./process/group.mjs";
import { at, calledFrom, node24 } from "./toolchain/project.mjs";

await entry(import.meta.url, async ([first, ...more]) => {
  const onSockets = first === "--sockets";
  const program = onSockets
    ? ["test/embedded/differential/main.ts", ...more]
    : ["test/vectors/main.ts", first, ...more];
  const [main = "", ...args] = program.filter((each) => each !== undefined);
  const { code } = await run(node24, [at(main), ...args], { cwd: calledFrom });
  return code ?? 1;
});
