// Ends a script when the program that started it is gone, also when that one was killed and could tell nobody.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { alive } from "./signals.mjs";

const SHELLS = new Set(["sh", "dash", "bash", "zsh", "ash", "busybox"]);

/** Calls `end` once as soon as the parent is gone; for a script of npm that runs in a shell, as soon as npm is gone. */
export function endWithParent(end) {
  const parent = process.ppid;
  const watched = [parent, ...npmBehindShell(parent)];
  const timer = setInterval(() => {
    if (process.ppid === parent && watched.every(alive)) return;
    clearInterval(timer);
    end();
  }, 300);
  timer.unref();
}

function npmBehindShell(parent) {
  if (process.platform === "win32" || process.env.npm_lifecycle_event === undefined) return [];
  const { grandparent, name } = rowOf(parent);
  return SHELLS.has(name) ? [grandparent] : [];
}

/** The name of a process and its own parent: from /proc where there is one (a slim Linux has no ps), else from ps. */
function rowOf(pid) {
  try {
    const [, name, grandparent] = /^\d+ \((.*)\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return { name, grandparent: Number(grandparent) };
  } catch {
    const row = spawnSync("ps", ["-o", "ppid=,comm=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "";
    const [, grandparent, command = ""] = /^\s*(\d+)\s+(.*?)\s*$/m.exec(row) ?? [];
    return { name: command.replace(/^-/, "").split("/").pop(), grandparent: Number(grandparent) };
  }
}
