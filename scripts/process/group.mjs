// Starts programs in process groups of their own, and lends temporary folders; both end with this script, however it ends.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "./failure.mjs";
import { endGroups } from "./signals.mjs";

const groups = new Set();
let guard;

function tellGuard(edit, value) {
  if (guard === undefined) {
    guard = spawn(process.execPath, [fileURLToPath(new URL("guard.mjs", import.meta.url))], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    guard.stdin.on("error", () => {});
    guard.unref();
    guard.stdin.unref?.();
  }
  guard.stdin.write(`${JSON.stringify([edit, value])}\n`);
}

/** Like child_process.spawn; the whole group ends with this script. `ended` resolves to { code, signal }. */
export function startGroup(command, args, options = {}) {
  const child = spawn(command, args, { ...options, detached: process.platform !== "win32" });
  const ended = new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Failure(`Cannot start ${command}: ${error.message}`)));
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  ended.catch(() => {});
  if (child.pid === undefined) return { child, ended, stop: async () => {} };
  const { pid } = child;
  groups.add(pid);
  tellGuard("group", pid);
  const stop = async () => {
    await endGroups([pid]);
    groups.delete(pid);
    tellGuard("ended", pid);
  };
  return { child, ended, stop };
}

/**
 * Runs a program to its end. Output goes to `onText` when given, else where `stdio` says.
 * @param {import("node:child_process").SpawnOptions & { onText?: (text: string) => void }} options
 */
export async function run(command, args, options = {}) {
  const { onText, ...rest } = options;
  const stdio = rest.stdio ?? (onText ? ["ignore", "pipe", "pipe"] : "inherit");
  const group = startGroup(command, args, { ...rest, stdio });
  for (const stream of onText ? [group.child.stdout, group.child.stderr] : []) {
    stream?.setEncoding("utf8").on("data", onText);
  }
  const result = await group.ended;
  await group.stop();
  return result;
}

/** Runs a program without showing it; when it fails, the end of what it said is the message. */
export async function runQuietly(title, command, args, options = {}) {
  let text = "";
  const { code, signal } = await run(command, args, {
    ...options,
    onText: (chunk) => {
      text = (text + chunk).slice(-20_000);
    },
  });
  if (code === 0) return text;
  throw new Failure(`${title} ended with ${signal ?? code}:\n${text.trim().split("\n").slice(-25).join("\n")}`);
}

export function temporaryFolder(name) {
  const path = mkdtempSync(join(tmpdir(), `mtls-lens-${name}-`));
  return removedAtEnd(path);
}

export function removedAtEnd(path) {
  tellGuard("folder", path);
  const remove = () => {
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
    tellGuard("removed", path);
  };
  return { path, remove, keep: () => tellGuard("removed", path) };
}

export async function stopAllGroups() {
  const pids = [...groups];
  groups.clear();
  await endGroups(pids);
}
