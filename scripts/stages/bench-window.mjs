// What can only be measured inside a real VS Code, in a workspace of its own.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { optionsOf } from "../build/bundles.mjs";
import { temporaryFolder } from "../process/group.mjs";
import { at } from "../toolchain/project.mjs";
import { chooseVSCode } from "../toolchain/vscode.mjs";
import { vscodeSuite } from "./vscode-suites.mjs";

/** The code of all bundles in one, evaluated when it is loaded. */
const EAGER = `
export * as analysis from "./src/analysis/analysis.ts";
export * as features from "./src/ui/features.ts";
export * from "./src/extension.ts";
`;

/** The exit code. */
export async function benchWindow() {
  const { path: workspace, remove } = temporaryFolder("bench");
  const { corpus, longFile } = await import(new URL("../../test/bench/corpus.ts", import.meta.url).href);
  const files = [
    ...corpus(20),
    longFile(1000),
    { path: "compose.yaml", text: "services:\n  web:\n    image: example/web\n" },
  ];
  for (const { path, text } of files) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  await buildEager();
  const { failed } = await vscodeSuite(await chooseVSCode(), {
    name: "bench",
    tests: "test/vscode/bench",
    workspace,
    trusted: true,
    // Ours is activated by the measurement, again and again.
    extension: at("test/vscode/packaged/host"),
  });
  remove();
  return failed === 0 ? 0 : 1;
}

async function buildEager() {
  const eager = { name: "eager", source: "", external: ["vscode"] };
  const { entryPoints: _, ...options } = optionsOf(eager, at(".cache/bench"));
  const sources = { "./features.cjs": "src/ui/features.ts", "./embedded.cjs": "src/ui/embedded/features.ts" };
  const bundled = {
    name: "bundled",
    setup: ({ onResolve }) =>
      onResolve({ filter: /^\.\/(features|embedded)\.cjs$/ }, ({ path }) => ({ path: at(sources[path]) })),
  };
  await build({ ...options, stdin: { contents: EAGER, resolveDir: at("."), loader: "ts" }, plugins: [bundled] });
}
