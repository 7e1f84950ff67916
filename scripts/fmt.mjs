// npm run fmt: writes every file in the one format, in the paths given or everywhere.
import { resolve } from "node:path";
import { entry } from "./process/entry.mjs";
import { run } from "./process/group.mjs";
import { at, calledFrom, node24, root } from "./toolchain/project.mjs";

await entry(import.meta.url, async (args) => {
  const paths = args.length > 0 ? args.map((path) => resolve(calledFrom, path)) : [root];
  const biome = at("node_modules/@biomejs/biome/bin/biome");
  const { code } = await run(node24, [biome, "check", "--write", ...paths], { cwd: root });
  return code ?? 1;
});
