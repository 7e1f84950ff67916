// Everything that runs inside a real VS Code: the suites on the sources, and the packaged extension.
import { resolveCliArgsFromVSCodeExecutablePath } from "@vscode/test-electron";
import { SUITES } from "../../test/vscode/suites.mjs";
import { packageExtension } from "../build/vsix.mjs";
import { runQuietly, temporaryFolder } from "../process/group.mjs";
import { step } from "../process/progress.mjs";
import { at, node24 } from "../toolchain/project.mjs";
import { serverProgram } from "../toolchain/served-vscode.mjs";
import { chooseVSCode } from "../toolchain/vscode.mjs";
import { vscodeSuite } from "./vscode-suites.mjs";

const LAB = "media/labs/mutual-tls/workspace";
const HOST = at("test/vscode/packaged/host");

export async function insideVSCode() {
  const vscode = await chooseVSCode();
  const packaged = {
    name: "packaged",
    tests: "test/vscode/packaged",
    workspace: LAB,
    trusted: true,
    extension: HOST,
    prepare: (profile) => installPackage(vscode, profile),
  };
  const sum = { passed: 0, failed: 0 };
  for (const suite of [...SUITES, packaged]) {
    const { passed, failed } = await vscodeSuite(vscode, suite);
    sum.passed += passed;
    sum.failed += failed;
  }
  return sum;
}

/** Packages the extension and lets VS Code itself install it into the profile. */
async function installPackage(vscode, profile) {
  const folder = temporaryFolder("package");
  const file = await packageExtension(folder.path);
  const [program, ...args] =
    vscode.kind === "desktop"
      ? resolveCliArgsFromVSCodeExecutablePath(vscode.program)
      : [node24, await serverProgram()];
  const own = ["--user-data-dir", profile.userData, "--extensions-dir", profile.extensions];
  const serverOnly =
    vscode.kind === "served" ? ["--server-data-dir", profile.serverData, "--accept-server-license-terms"] : [];
  await step("Installing the packaged extension", () =>
    runQuietly("Installing the package", program, [
      ...args,
      "--install-extension",
      file,
      "--force",
      ...own,
      ...serverOnly,
    ]),
  );
  folder.remove();
}
