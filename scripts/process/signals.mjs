// Sends a signal to a whole process group (POSIX) or ends a process tree (Windows).
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const windows = process.platform === "win32";

/** Asks every group to end, waits at most three seconds, then ends what is left. */
export async function endGroups(pids) {
  for (const pid of pids) signalGroup(pid, "SIGTERM");
  for (let waited = 0; waited < 3000 && pids.some(groupAlive); waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const pid of pids) signalGroup(pid, "SIGKILL");
}

export function alive(pid) {
  return signal(pid, 0);
}

function groupAlive(pid) {
  if (windows) return alive(pid);
  return signal(-pid, 0) && !onlyZombies(pid);
}

function signalGroup(pid, name) {
  if (windows) spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"]);
  else signal(-pid, name);
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** In a container whose first process collects no orphans, ended processes stay in their group for ever. */
function onlyZombies(group) {
  if (process.platform !== "linux") return false;
  const members = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return !members.some((pid) => livesIn(group, pid));
}

function livesIn(group, pid) {
  try {
    const [, state, , of] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, ") ")
      .split(" ");
    return Number(of) === group && state !== "Z";
  } catch {
    return false;
  }
}
