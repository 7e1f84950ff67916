/** What `kubectl exec` runs: a program of the list, or the runtime's own complaint that there is none. */
import type { AppContext, Command, RunCommand } from "../process.ts";
import { type Process, type Programs, runProgram } from "../shell/program.ts";
import { shellProgram } from "../shell/sh.ts";
import { Input, type Output } from "../shell/streams.ts";
import { curl } from "./curl/curl.ts";
import { FILES } from "./files.ts";
import { NETWORK } from "./network.ts";
import { openssl } from "./openssl.ts";
import { pilotAgent } from "./pilot-agent.ts";
import { systemPrograms } from "./system.ts";
import { tar } from "./tar.ts";
import { terminal } from "./terminal.ts";
import { TEXT } from "./text/text.ts";

const sh = shellProgram(() => PROGRAMS);

const PROGRAMS: Programs = {
  ...TEXT,
  ...FILES,
  ...NETWORK,
  ...systemPrograms(() => PROGRAMS),
  sh,
  ash: sh,
  bash: sh,
  dash: sh,
  curl,
  tar,
  openssl,
};

const IN_PROXIES: Programs = { "pilot-agent": pilotAgent };

const FOLDERS = /^\/(?:usr\/(?:local\/)?)?s?bin\//;
const NOT_FOUND = 127;
/** What a killed command exits with: 128 + SIGKILL. */
const KILLED = 137;

export const runCommand: RunCommand = async (context, command) => {
  const [called = "", ...args] = command.argv;
  const name = called.replace(FOLDERS, "");
  const programs = context.proxy === undefined ? PROGRAMS : { ...PROGRAMS, ...IN_PROXIES };
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  const { stdin, stdout, stderr, signal } = command.tty ? terminal(command) : command;
  if (program === undefined) {
    stderr(
      `OCI runtime exec failed: exec failed: unable to start container process: exec: "${called}": ${reason(context, called)}: unknown\n`,
    );
    return NOT_FOUND;
  }
  const process: Process = {
    context,
    name,
    args,
    env: environmentOf(context),
    cwd: "/",
    stdin: new Input(stdin),
    stdout,
    stderr,
    tty: command.tty ?? false,
    signal,
  };
  return ending(runProgram(program, process), signal);
};

function reason({ files }: AppContext, path: string): string {
  if (!path.includes("/")) return "executable file not found in $PATH";
  return files.read(path) === undefined ? `stat ${path}: no such file or directory` : "permission denied";
}

export function environmentOf({ container, network }: AppContext): Readonly<Record<string, string>> {
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOSTNAME: network.hostname,
    HOME: "/root",
    ...container.env,
  };
}

/** A command whose caller is gone is over, whatever it still waits for. */
async function ending(running: Promise<number>, signal: AbortSignal): Promise<number> {
  if (signal.aborted) return KILLED;
  let stop: (() => void) | undefined;
  const aborted = new Promise<number>((resolve) => {
    stop = () => resolve(KILLED);
    signal.addEventListener("abort", stop, { once: true });
  });
  return Promise.race([running, aborted]).finally(() => stop && signal.removeEventListener("abort", stop));
}

export type Streams = Pick<Command, "stdin" | "signal"> & { readonly stdout: Output; readonly stderr: Output };
