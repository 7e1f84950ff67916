/** One mesh per kubeconfig: the process that runs it is named in a file beside it, which it touches as long as it lives. */
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as after } from "node:timers/promises";

export interface Lock {
  release(): void;
}

const TOUCH_MS = 5000;
/** A file that was not touched for so long has no owner: the system has given its number to another process. */
const STALE_MS = 20_000;
/** How long the mesh of a window that is being reloaded takes to end. */
const PATIENCE_MS = 5000;

/** Throws where another process that still runs has it, and goes on having it for some seconds. */
export async function lockKubeconfig(kubeconfig: string, patience = PATIENCE_MS): Promise<Lock> {
  await mkdir(dirname(kubeconfig), { recursive: true });
  // kubectl itself makes a FILE.lock when it changes FILE.
  const file = `${kubeconfig}.mesh-lock`;
  const end = Date.now() + patience;
  let owner = take(file);
  while (owner !== undefined) {
    if (Date.now() >= end) {
      throw new Error(
        `an embedded mesh with the kubeconfig ${kubeconfig} runs already, in process ${owner}: use that one, or stop it first`,
      );
    }
    await after(100);
    owner = take(file);
  }
  const timer = setInterval(() => touch(file), TOUCH_MS).unref();
  return {
    release() {
      clearInterval(timer);
      rmSync(file, { force: true });
    },
  };
}

/** Undefined when it is ours now, else the process that has it. */
function take(file: string): number | undefined {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx", mode: 0o600 });
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const owner = ownerOf(file);
  if (owner !== undefined) return owner;
  rmSync(file, { force: true });
  return take(file);
}

function ownerOf(file: string): number | undefined {
  try {
    const text = readFileSync(file, "utf8");
    const fresh = Date.now() - statSync(file).mtimeMs < STALE_MS;
    // Made a moment ago, and not written yet.
    if (text === "") return fresh ? 0 : undefined;
    const owner = Number(text);
    // A worker of this process that crashed has left it.
    return fresh && owner !== process.pid && isRunning(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // Somebody has removed it: what is written beside it is theirs from now on.
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
