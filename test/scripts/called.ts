/**
 * Calls npm as a person would: from a folder, with the Node of the machine, and without anything that an outer npm left in
 * the environment. Every process that comes of it carries a mark in its environment, so that none can hide.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter } from "node:path";

export interface Called {
  readonly npm: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<number | string>;
  /** Processes of this call that still run, as `pid command`. */
  running(): string[];
}

export function callNpm(args: readonly string[], folder: string, env: NodeJS.ProcessEnv = {}): Called {
  const mark = `MTLS_LENS_MARK=${randomUUID()}`;
  const [name = "", value] = mark.split("=");
  const npm = spawn("npm", args, { cwd: folder, env: { ...personal(), ...env, [name]: value }, detached: true });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    npm[stream].setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
    });
  }
  const ended = new Promise<number | string>((resolve) => {
    npm.once("close", (code, signal) => resolve(code ?? signal ?? "?"));
  });
  return { npm, output, ended, running: () => marked(mark) };
}

/** Waits until `question` has an answer. */
async function until<T>(what: string, seconds: number, question: () => T | undefined): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = question();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`${what} did not happen within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Waits until a call that still runs has come so far; one that has ended before says what it had printed. */
export function untilAtWork<T>(called: Called, what: string, question: () => T | undefined): Promise<T> {
  return until(what, 280, () => {
    const answer = question();
    if (answer !== undefined || !hasEnded(called.npm) || called.running().length > 0) return answer;
    throw new Error(`${what} did not happen; it had ended with:\n${called.output.stdout}\n${called.output.stderr}`);
  });
}

/** A process that is only starting shows no environment yet, so that the marks alone would call it ended. */
function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Waits for the end of npm and of everything that came of it. */
export async function nothingRuns({ running }: Called) {
  await until("the end of every process", 8, () => (running().length === 0 ? true : undefined)).catch(
    (error: Error) => {
      throw new Error(`${error.message}; these still run:\n${running().join("\n")}`);
    },
  );
}

/** For the end of a test that has failed half-way. */
export function endHard({ npm }: Called) {
  try {
    if (npm.pid !== undefined) process.kill(-npm.pid, "SIGKILL");
  } catch {
    // It has ended, as it should.
  }
}

function personal(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|MTLS_LENS_(TALLY|SUITE))/i.test(name));
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  return { ...Object.fromEntries(own), PATH: path.join(delimiter) };
}

/** From /proc where there is one (a slim Linux has no ps), else from ps, which shows the environment too when asked. */
function marked(mark: string): string[] {
  if (existsSync("/proc/self/environ")) return markedInProc(mark);
  const { stdout } = spawnSync("ps", ["axeww", "-o", "pid=,command="], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line.includes(mark));
}

function markedInProc(mark: string): string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(mark)) return [];
      return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`];
    } catch {
      return [];
    }
  });
}
