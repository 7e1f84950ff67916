// Runs the suites inside a real VS Code through @vscode/test-electron, desktop or served.
import { globSync } from "node:fs";
import { join, resolve } from "node:path";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { say, step } from "../process/progress.mjs";
import { makeProfile } from "../toolchain/profile.mjs";
import { at, node24, root } from "../toolchain/project.mjs";
import { freshResultFile, tallyOf } from "./mocha.mjs";

const RESTRICTED = {
  "security.workspace.trust.enabled": true,
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
};

/**
 * `opens` is what VS Code opens of the workspace, all of it unless said; `prepare(profile)` puts something into the profile
 * before VS Code starts; `extension` is the one under development.
 */
export async function vscodeSuite(
  vscode,
  { name, tests, workspace, trusted, settings = {}, opens = "", extension = root, prepare = undefined },
) {
  const stage = `vscode-${name}`;
  const result = freshResultFile(stage);
  const files = await bundleTests(name, tests);
  const profile = makeProfile(stage, {
    workspace: resolve(root, workspace),
    settings: trusted ? settings : { ...settings, ...RESTRICTED },
  });
  await prepare?.(profile);
  const launcher = at("test/vscode/launcher", `${vscode.kind}.mjs`);
  const program = vscode.kind === "desktop" ? [vscode.program] : [];
  let code = 0;
  try {
    await step(`VS Code suite "${name}"`, () =>
      runTests({
        vscodeExecutablePath: node24,
        extensionDevelopmentPath: extension,
        extensionTestsPath: at("test/vscode/index.cjs"),
        launchArgs: [
          ...[launcher, ...program, join(profile.workspace, opens)],
          `--user-data-dir=${profile.userData}`,
          `--extensions-dir=${profile.extensions}`,
        ],
        extensionTestsEnv: {
          MTLS_LENS_SUITE: JSON.stringify({ files, reporter: at("scripts/stages/tally.cjs") }),
          MTLS_LENS_TALLY: result,
          ...(trusted ? {} : { MTLS_LENS_UNTRUSTED: "1" }),
        },
      }),
    );
  } catch (error) {
    code = error.code ?? error.message;
  }
  profile.remove();
  return tallyOf(stage, result, code);
}

/** One file for each test file: an extension host of VS Code may be too old for TypeScript as it is. */
async function bundleTests(name, tests) {
  const sources = globSync(`${tests}/**/*.test.ts`, { cwd: root });
  if (sources.length === 0) say(`${tests} holds no tests.`);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: sources,
    outdir: at(".cache/vscode-suites", name),
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    sourcemap: "inline",
    external: ["vscode"],
    metafile: true,
  });
  return Object.entries(metafile.outputs)
    .filter(([, output]) => output.entryPoint)
    .map(([file]) => resolve(root, file));
}
