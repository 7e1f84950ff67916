// What is shipped: the bundles in dist/, each with a description of what went into it in .cache/meta/.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, context } from "esbuild";
import { Failure } from "../process/failure.mjs";
import { say } from "../process/progress.mjs";
import { at, root } from "../toolchain/project.mjs";

/** `main` stays light: it loads `features` only when there is work, so each is external to the other. */
export const BUNDLES = [
  { name: "extension", source: "src/extension.ts", external: ["vscode", "./features.cjs", "./embedded.cjs"] },
  { name: "features", source: "src/ui/features.ts", external: ["vscode"] },
  { name: "embedded", source: "src/ui/embedded/features.ts", external: ["vscode"] },
  { name: "analysis.worker", source: "src/analysis/worker.ts", external: [] },
  { name: "cluster.worker", source: "src/cluster/worker.ts", external: [] },
  { name: "embedded.worker", source: "src/embedded/worker.ts", external: [] },
  { name: "cli", source: "src/cli/main.ts", external: [], banner: { js: "#!/usr/bin/env node" } },
];

/** @returns {import("esbuild").BuildOptions & { metafile: true }} */
export function optionsOf({ name, source, external, banner = {} }, outFolder) {
  return {
    absWorkingDir: root,
    entryPoints: [source],
    outfile: join(outFolder, `${name}.cjs`),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    minify: true,
    sourcemap: "linked",
    metafile: true,
    external,
    banner,
    legalComments: "none",
    logLevel: "warning",
    // The package's build for Node reads process.env once per token, which costs a fifth of its time.
    alias: { yaml: "./node_modules/yaml/browser/dist/index.js" },
  };
}

function writeMeta(name, metafile) {
  mkdirSync(at(".cache/meta"), { recursive: true });
  writeFileSync(at(".cache/meta", `${name}.json`), JSON.stringify(metafile));
}

/** Builds the bundles (all, or those named) into a folder; tells by name what went into each. */
export async function buildBundles({ names = BUNDLES.map(({ name }) => name), outFolder = at("dist") } = {}) {
  const wanted = BUNDLES.filter(({ name }) => names.includes(name));
  const built = await Promise.all(
    wanted.map(async (bundle) => {
      const { metafile } = await build(optionsOf(bundle, outFolder)).catch(() => {
        throw new Failure(`dist/${bundle.name}.cjs cannot be built: see the errors above.`);
      });
      writeMeta(bundle.name, metafile);
      return [bundle.name, metafile];
    }),
  );
  return Object.fromEntries(built);
}

/** Builds again on every change, until the script ends. */
export async function watchBundles() {
  /** @returns {import("esbuild").Plugin} */
  const announce = (name) => ({
    name: "announce",
    setup: ({ onEnd }) =>
      onEnd(({ errors, metafile }) => {
        if (metafile) writeMeta(name, metafile);
        say(errors.length > 0 ? `dist/${name}.cjs: ${errors.length} errors` : `dist/${name}.cjs built`);
      }),
  });
  for (const bundle of BUNDLES) {
    const watcher = await context({ ...optionsOf(bundle, at("dist")), plugins: [announce(bundle.name)] });
    await watcher.watch();
  }
}
