/** When the command has to end: a person or the system says so, or npm, which started it, is gone and could tell nobody. */
import { spawnSync } from "node:child_process";

const LOOK_MS = 500;

/** Settles with undefined. */
export function endingWanted(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve(undefined));
    const started = startedByNpm();
    if (started.length === 0) return;
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (process.ppid === parent && started.every(runs)) return;
      clearInterval(timer);
      resolve(undefined);
    }, LOOK_MS);
    timer.unref();
  });
}

/** The parent, and where that is the shell that npm starts, also npm. What a shell starts by itself outlives it. */
function startedByNpm(): readonly number[] {
  if (process.env.npm_lifecycle_event === undefined || process.platform === "win32") return [];
  const { stdout } = spawnSync("ps", ["-o", "ppid=,comm=", "-p", String(process.ppid)], { encoding: "utf8" });
  const [, grandparent = "", name = ""] = /^\s*(\d+)\s+(.*?)\s*$/m.exec(stdout ?? "") ?? [];
  return /(^|\/)(sh|dash|bash|zsh|ash|busybox)$/.test(name) ? [process.ppid, Number(grandparent)] : [process.ppid];
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
