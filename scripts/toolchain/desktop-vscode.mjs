// A desktop VS Code: the one named, one that is installed, or one that @vscode/test-electron can download now.
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../process/failure.mjs";
import { step } from "../process/progress.mjs";
import { cacheFolder } from "./cache.mjs";
import { executable, onPath } from "./path.mjs";

const RELEASES = "https://update.code.visualstudio.com/api/releases/stable";

/** { program } or { reason }: why there is none. */
export async function desktopVSCode() {
  const named = process.env.MTLS_LENS_VSCODE;
  if (named) {
    if (executable(named)) return { program: named };
    throw new Failure(`MTLS_LENS_VSCODE names ${named}, which is not a program. Name VS Code's program, or unset it.`);
  }
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return { reason: "there is no display for a desktop VS Code" };
  }
  const installed = installedVSCode();
  if (installed) return { program: installed };
  if (!(await reachable()))
    return { reason: "update.code.visualstudio.com does not answer, so none can be downloaded" };
  const { downloadAndUnzipVSCode } = await import("@vscode/test-electron");
  const program = await step("Downloading VS Code", () =>
    downloadAndUnzipVSCode({ version: "stable", cachePath: join(cacheFolder, "desktop"), reporter: silent }),
  );
  return { program };
}

const silent = { report() {}, error() {} };

/** The program behind the `code` command, which itself starts VS Code and leaves. */
function installedVSCode() {
  const command = onPath("code", "code.cmd");
  const besides = command ? join(realpathSync(command), "../..") : undefined;
  return [
    besides && join(besides, "code"),
    besides && join(besides, "Code.exe"),
    "/Applications/Visual Studio Code.app/Contents/MacOS/Electron",
  ].find((file) => file && existsSync(file) && executable(file));
}

async function reachable() {
  try {
    const answer = await fetch(RELEASES, { signal: AbortSignal.timeout(8000) });
    return answer.ok;
  } catch {
    return false;
  }
}
