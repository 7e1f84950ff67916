// npm run -s cli -- ARGUMENTS: the command line tool, built from the sources as they are, in the folder of the caller.
import { entry } from "./process/entry.mjs";
import { run } from "./process/group.mjs";
import { at, calledFrom, node24 } from "./toolchain/project.mjs";

await entry(import.meta.url, async (args) => {
  const { buildBundles } = await import("./build/bundles.mjs");
  await buildBundles({ names: ["cli", "embedded.worker"] });
  const { code } = await run(node24, [at("dist/cli.cjs"), ...args], { cwd: calledFrom, stdio: "inherit" });
  return code ?? 1;
});
