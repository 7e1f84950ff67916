// The packaged extension: what .vscodeignore lets in, in one file that VS Code installs.
import { join } from "node:path";
import { runQuietly } from "../process/group.mjs";
import { step } from "../process/progress.mjs";
import { at, node24, root } from "../toolchain/project.mjs";
import { buildBundles } from "./bundles.mjs";

/** Builds, packages, and returns the path of the file in `folder`. */
export async function packageExtension(folder = root) {
  const { default: manifest } = await import("../../package.json", { with: { type: "json" } });
  await buildBundles();
  const file = join(folder, `${manifest.name}-${manifest.version}.vsix`);
  // The bundles hold the dependencies already, and the project has no public repository that links could point to.
  const options = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links", "--out", file];
  await step("Packaging the extension", () =>
    runQuietly("vsce package", node24, [at("node_modules/@vscode/vsce/vsce"), "package", ...options], { cwd: root }),
  );
  return file;
}
