// Which VS Code there is for this run: { kind: "desktop", program } or { kind: "served" }.
import { Failure } from "../process/failure.mjs";
import { say } from "../process/progress.mjs";
import { desktopVSCode } from "./desktop-vscode.mjs";
import { serverProgram } from "./served-vscode.mjs";

const WAYS =
  "There is no VS Code here. Two ways to get one: install VS Code and name its program in MTLS_LENS_VSCODE; " +
  "or make what is said above possible, so that npm can install code-server.";

/** The served one is installed when it has to be. The choice is said, so that nobody wonders. */
export async function chooseVSCode() {
  const { program, reason } = await desktopVSCode();
  if (program) {
    say(`VS Code: ${program}`);
    return { kind: "desktop", program };
  }
  say(`VS Code: served on loopback, because ${reason}.`);
  try {
    await serverProgram();
  } catch (error) {
    throw new Failure(`${error.message}\n${WAYS}`);
  }
  return { kind: "served" };
}
