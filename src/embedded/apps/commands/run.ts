/** What `kubectl exec` runs: a program of the list, or the runtime's own complaint that there is none. */
import type { AppContext, RunCommand } from "../process.ts";
import { type Process, type Program, type Programs, runProgram } from "../shell/program.ts";
import { shellProgram } from "../shell/sh.ts";
import { Input } from "../shell/streams.ts";
import { curl } from "./curl/curl.ts";
import { environmentOf } from "./environment.ts";
import { FILES } from "./files.ts";
import { NETWORK } from "./network.ts";
import { openssl } from "./openssl.ts";
import { pilotAgent } from "./pilot-agent.ts";
import { systemPrograms } from "./system.ts";
import { tar } from "./tar.ts";
import { type Streams, terminal } from "./terminal.ts";
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
  const streams = command.tty ? terminal(command) : command;
  const env = environmentOf(context);
  if (isBuiltIn(context, command.argv))
    return runArguments(context, command.argv, { ...streams, tty: command.tty ?? false, env });
  const [called = ""] = command.argv;
  streams.stderr(
    `OCI runtime exec failed: exec failed: unable to start container process: exec: "${called}": ${reason(context, called)}: unknown\n`,
  );
  return NOT_FOUND;
};

/** Whether there is such a command in the container. */
export function isBuiltIn(context: Pick<AppContext, "proxy">, [called = ""]: readonly string[]): boolean {
  return programNamed(context, called) !== undefined;
}

export interface Surroundings extends Streams {
  readonly env: Readonly<Record<string, string>>;
  readonly tty?: boolean;
}

export async function runArguments(
  context: AppContext,
  argv: readonly string[],
  { stdin, tty = false, ...rest }: Surroundings,
): Promise<number> {
  const [called = "", ...args] = argv;
  const program = programNamed(context, called);
  if (program === undefined) return NOT_FOUND;
  const process: Process = {
    context,
    name: called.replace(FOLDERS, ""),
    args,
    cwd: "/",
    stdin: new Input(stdin),
    tty,
    ...rest,
  };
  return ending(runProgram(program, process), rest.signal);
}

function programNamed({ proxy }: Pick<AppContext, "proxy">, called: string): Program | undefined {
  const name = called.replace(FOLDERS, "");
  const programs = proxy === undefined ? PROGRAMS : { ...PROGRAMS, ...IN_PROXIES };
  return Object.hasOwn(programs, name) ? programs[name] : undefined;
}

function reason({ files }: AppContext, path: string): string {
  if (!path.includes("/")) return "executable file not found in $PATH";
  return files.read(path) === undefined ? `stat ${path}: no such file or directory` : "permission denied";
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
