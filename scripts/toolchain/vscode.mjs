// Which VS Code there is for this run: { kind: "desktop", program } or { kind: "served" }.
import { say } from "../process/progress.mjs";
import { desktopVSCode } from "./desktop-vscode.mjs";
import { serverProgram } from "./served-vscode.mjs";

/** The served one is installed when it has to be. The choice is said, so that nobody wonders. */
export async function chooseVSCode() {
  const { program, reason } = await desktopVSCode();
  if (program) {
    say(`VS Code: ${program}`);
    return { kind: "desktop", program };
  }
  say(`VS Code: served on loopback, because ${reason}.`);
  await serverProgram();
  return { kind: "served" };
}
