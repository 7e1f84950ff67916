/** `sh`, as a program: `-c script`, a file, or lines from stdin. */
import { resolve } from "node:path/posix";
import { type ParsedScript, parse } from "unbash";
import { endJobs } from "./background.ts";
import { abortable } from "./builtins.ts";
import { runNamed } from "./command.ts";
import { Failure, INTERRUPTED, type Keyboard, type Process, type Program, type Programs } from "./program.ts";
import { inSubshell, runList, runScript } from "./run.ts";
import { Exit, Fatal, Interrupted, type Io, Jump, type Option, type Shell } from "./shell.ts";

const LETTERS: Readonly<Record<string, Option>> = { e: "errexit", u: "nounset", x: "xtrace" };

/** The programs that the shell finds are those given. */
export function shellProgram(programs: () => Programs): Program {
  return async (process) => {
    const { script, name, positional, options } = invocation(process);
    const shell = newShell(process, programs(), name, positional, options);
    const io: Io = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr };
    try {
      return script === undefined
        ? await interactive(shell, io, process.keyboard)
        : await guarded(shell, io, () => runScript(shell, parse(script), io));
    } finally {
      await endJobs(shell);
    }
  };
}

interface Invocation {
  /** Absent: lines come from stdin. */
  readonly script?: string;
  readonly name: string;
  readonly positional: readonly string[];
  readonly options: readonly Option[];
}

function invocation({ args, name, cwd, context }: Process): Invocation {
  const flags = args
    .slice(0, args.findIndex((arg) => !/^-./.test(arg) || arg === "--") + 1 || args.length)
    .filter((arg) => /^-./.test(arg));
  const rest = args.slice(flags.length);
  const letters = flags.flatMap((flag) => (flag.startsWith("--") ? [] : [...flag.slice(1)]));
  const options = letters.flatMap((letter) => LETTERS[letter] ?? []);
  const [first, second, ...more] = rest;
  if (letters.includes("c")) {
    if (first === undefined) throw new Failure("-c requires an argument", 2);
    return { script: first, name: second ?? name, positional: more, options };
  }
  if (first === undefined || letters.includes("s")) return { name, positional: rest, options };
  const script = context.files.read(resolve(cwd, first))?.toString();
  if (script === undefined) throw new Failure(`can't open '${first}': No such file or directory`, 2);
  return { script, name: first, positional: rest.slice(1), options };
}

function newShell(
  { context, env, cwd, tty, signal }: Process,
  programs: Programs,
  name: string,
  positional: readonly string[],
  options: readonly Option[],
): Shell {
  return {
    name,
    context,
    programs,
    runner: { list: runList, script: runScript, named: runNamed, inSubshell },
    signal,
    tty,
    positional,
    cwd,
    variables: new Map([...Object.entries(env), ["PWD", cwd]]),
    exported: new Set([...Object.keys(env), "PWD"]),
    functions: new Map(),
    options: new Set(options),
    jobs: new Map(),
    locals: [],
    clock: { breath: performance.now() },
    status: 0,
    lastJob: undefined,
    conditions: 0,
    depth: 0,
  };
}

async function guarded(shell: Shell, io: Io, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Fatal) io.stderr(`${shell.name}: ${error.text}\n`);
    if (error instanceof Exit) return error.code;
    if (error instanceof Jump) return 0;
    if (error instanceof Interrupted || shell.signal.aborted) return INTERRUPTED;
    if (error instanceof RangeError) return say(io, `${shell.name}: too deep\n`, 2);
    if (!(error instanceof Failure)) throw error;
    return say(io, `${shell.name}: ${error.message}\n`, error.code);
  }
}

function say({ stderr }: Io, text: string, code: number): number {
  stderr(text);
  return code;
}

/** Line by line, each as soon as it is complete; with a prompt where there is a terminal. */
async function interactive(shell: Shell, io: Io, keyboard: Keyboard | undefined): Promise<number> {
  let pending = "";
  if (keyboard) {
    keyboard.interrupt = () => {
      pending = "";
      io.stdout(`${prompt(shell)} # `);
    };
  }
  for (;;) {
    if (shell.tty) io.stdout(pending === "" ? `${prompt(shell)} # ` : "> ");
    const line = await abortable(shell, io.stdin.line()).catch(() => undefined);
    if (shell.signal.aborted) return INTERRUPTED;
    pending += line ?? "";
    const script = parse(pending);
    if (line !== undefined && isUnfinished(script.errors)) continue;
    pending = "";
    const ended = await oneLine(shell, script, io, keyboard);
    if (ended !== undefined || line === undefined) return ended ?? shell.status;
  }
}

function prompt({ cwd, variables }: Shell): string {
  return cwd === (variables.get("HOME") ?? "/root") ? "~" : cwd;
}

/** The exit code with which the line ended the shell; Ctrl+C ends the line only. */
async function oneLine(
  shell: Shell,
  script: ParsedScript,
  io: Io,
  keyboard: Keyboard | undefined,
): Promise<number | undefined> {
  const line = new AbortController();
  const own: Shell = { ...shell, signal: AbortSignal.any([shell.signal, line.signal]) };
  const atPrompt = keyboard?.interrupt;
  if (keyboard) keyboard.interrupt = () => line.abort();
  let ended: number | undefined;
  own.status = await guarded(own, io, async () => {
    try {
      return await abortable(own, runScript(own, script, io));
    } catch (error) {
      if (error instanceof Exit) ended = error.code;
      throw error;
    }
  });
  if (keyboard && atPrompt) keyboard.interrupt = atPrompt;
  const { positional, cwd, status, lastJob } = own;
  Object.assign(shell, { positional, cwd, status, lastJob });
  return ended;
}

/** What is open may be closed by the next line. */
function isUnfinished(errors: readonly { readonly message: string }[] | undefined): boolean {
  return errors?.some(({ message }) => /^(?:unterminated|expected)/.test(message)) ?? false;
}
