// Sends a signal to a whole process group (POSIX) or ends a process tree (Windows).
import { spawnSync } from "node:child_process";

const windows = process.platform === "win32";

/** True while something of the group was there to get the signal. Signal 0 only asks. */
export function signalGroup(pid, signal) {
  if (windows) return signalTree(pid, signal);
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function signalTree(pid, signal) {
  if (signal !== 0) return spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"]).status === 0;
  return alive(pid);
}

export function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Asks every group to end, waits at most three seconds, then ends what is left. */
export async function endGroups(pids) {
  for (const pid of pids) signalGroup(pid, "SIGTERM");
  for (let waited = 0; waited < 3000 && pids.some((pid) => signalGroup(pid, 0)); waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const pid of pids) signalGroup(pid, "SIGKILL");
}
