/** Commands that change the shell itself. */
import { resolve } from "node:path/posix";
import { parse } from "unbash";
import { waitFor } from "./background.ts";
import { Failure } from "./program.ts";
import { Exit, Interrupted, type Io, Jump, type Option, Return, type Shell, setLocal } from "./shell.ts";
import { placeOf, test } from "./test.ts";

type Builtin = (shell: Shell, args: readonly string[], io: Io) => Promise<number> | number;

const OPTIONS: Readonly<Record<string, Option>> = { e: "errexit", u: "nounset", x: "xtrace", f: "noglob" };

export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ":": () => 0,
  true: () => 0,
  false: () => 1,
  test: (shell, args, io) => condition(shell, "test", args, io),
  "[": (shell, args, io) => {
    if (args.at(-1) === "]") return condition(shell, "[", args.slice(0, -1), io);
    io.stderr(`${shell.name}: [: missing ]\n`);
    return 2;
  },
  cd: (shell, [path = shell.variables.get("HOME") ?? "/root"]) => {
    const to = resolve(shell.cwd, path === "-" ? (shell.variables.get("OLDPWD") ?? shell.cwd) : path);
    if (shell.context.files.list(to) === undefined)
      throw new Failure(`cd: can't cd to ${path}: No such file or directory`, 2);
    shell.variables.set("OLDPWD", shell.cwd).set("PWD", to);
    shell.cwd = to;
    return 0;
  },
  pwd: (shell, _, io) => {
    io.stdout(`${shell.cwd}\n`);
    return 0;
  },
  export: (shell, args) => {
    for (const arg of args) shell.exported.add(assign(shell, arg));
    return 0;
  },
  readonly: (shell, args) => {
    for (const arg of args) assign(shell, arg);
    return 0;
  },
  local: (shell, args) => {
    for (const arg of args) {
      const [name = ""] = arg.split("=");
      setLocal(shell, name);
      shell.variables.delete(name);
      if (arg.includes("=")) assign(shell, arg);
    }
    return 0;
  },
  unset: (shell, args) => {
    for (const name of args) {
      shell.variables.delete(name);
      shell.functions.delete(name);
      shell.exported.delete(name);
    }
    return 0;
  },
  read,
  set,
  shift: (shell, [count = "1"]) => {
    const enough = shell.positional.length >= Number(count);
    if (enough) shell.positional = shell.positional.slice(Number(count));
    return enough ? 0 : 1;
  },
  exit: (shell, [code]) => {
    throw new Exit(statusOf(code, shell));
  },
  return: (shell, [code]) => {
    throw new Return(statusOf(code, shell));
  },
  break: (_, [loops = "1"]) => {
    throw new Jump("break", Number(loops));
  },
  continue: (_, [loops = "1"]) => {
    throw new Jump("continue", Number(loops));
  },
  eval: (shell, args, io) => shell.runner.script(shell, parse(args.join(" ")), io),
  ".": source,
  source,
  exec: async (shell, [name, ...args], io) => {
    if (name === undefined) throw new Failure("exec without a command is not built in", 2);
    throw new Exit(await shell.runner.named(shell, name, args, io));
  },
  command: (shell, args, io) => {
    const [name, ...rest] = args;
    if (name === "-v" || name === "-V") return rest.every((each) => describe(shell, each, io)) ? 0 : 1;
    return name === undefined ? 0 : shell.runner.named(shell, name, rest, io);
  },
  type: (shell, args, io) => (args.every((each) => describe(shell, each, io)) ? 0 : 127),
  trap: () => 0,
  umask: () => 0,
  ulimit: () => 0,
  wait: (shell, args) => waitFor(shell, args.map(Number)),
  kill: (shell, args) => {
    const numbers = args.filter((arg) => /^\d+$/.test(arg));
    for (const number of numbers) {
      const job = shell.jobs.get(Number(number));
      if (job === undefined) throw new Failure(`kill: can't kill pid ${number}: No such process`);
      job.stop.abort();
    }
    return 0;
  },
};

function condition(shell: Shell, name: string, args: readonly string[], io: Io): number {
  try {
    return test(args, placeOf(shell)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    io.stderr(`${shell.name}: ${name}: ${error.message}\n`);
    return error.code;
  }
}

function statusOf(code: string | undefined, shell: Shell): number {
  return code === undefined ? shell.status : Number(code) & 255;
}

/** `name` or `name=value`; the name. */
function assign(shell: Shell, text: string): string {
  const [, name = text, value] = /^([A-Za-z_]\w*)(?:=([\s\S]*))?$/.exec(text) ?? [];
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new Failure(`${text}: bad variable name`, 2);
  if (value !== undefined) shell.variables.set(name, value);
  return name;
}

function describe(shell: Shell, name: string, io: Io): boolean {
  const known = Object.hasOwn(BUILTINS, name) || shell.functions.has(name);
  const program = Object.hasOwn(shell.programs, name);
  if (known || program) io.stdout(`${known ? name : `/usr/bin/${name}`}\n`);
  return known || program;
}

async function read(shell: Shell, args: readonly string[], io: Io): Promise<number> {
  const raw = args.includes("-r");
  const prompt = args[args.indexOf("-p") + 1];
  if (args.includes("-p") && prompt !== undefined) io.stderr(prompt);
  const names = args.filter((arg, index) => !arg.startsWith("-") && !/^-[pt]$/.test(args[index - 1] ?? ""));
  const line = await abortable(shell, io.stdin.line());
  const text = (line ?? "").replace(/\n$/, "");
  const fields = (raw ? text : text.replace(/\\(.)/g, "$1")).trim();
  const all = names.length > 0 ? names : ["REPLY"];
  let rest = names.length > 0 ? fields : text;
  for (const [index, name] of all.entries()) {
    const [first = ""] = index === all.length - 1 ? [rest] : rest.split(/\s+/, 1);
    shell.variables.set(name, first);
    rest = rest.slice(first.length).trimStart();
  }
  return line?.endsWith("\n") ? 0 : 1;
}

/** Nobody waits for a line once the shell is to end. */
export async function abortable<T>(shell: Pick<Shell, "signal">, promise: Promise<T>): Promise<T> {
  const { signal } = shell;
  if (signal.aborted) throw new Interrupted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new Interrupted());
    signal.addEventListener("abort", stop, { once: true });
  });
  return Promise.race([promise, aborted]).finally(() => stop && signal.removeEventListener("abort", stop));
}

function set(shell: Shell, args: readonly string[], io: Io): number {
  if (args.length === 0) {
    for (const [name, value] of [...shell.variables].toSorted()) io.stdout(`${name}='${value}'\n`);
    return 0;
  }
  const rest = [...args];
  while (/^[-+][a-z]/.test(rest[0] ?? "")) {
    const flag = rest.shift() ?? "";
    const names =
      flag.slice(1) === "o" ? [rest.shift() ?? ""] : [...flag.slice(1)].map((letter) => OPTIONS[letter] ?? letter);
    for (const name of names.filter(isOption)) {
      if (flag.startsWith("-")) shell.options.add(name);
      else shell.options.delete(name);
    }
  }
  if (rest[0] === "--") shell.positional = rest.slice(1);
  else if (rest.length > 0) shell.positional = rest;
  return 0;
}

function isOption(name: string): name is Option {
  return /^(?:errexit|nounset|xtrace|pipefail|noglob)$/.test(name);
}

function source(shell: Shell, [path = ""]: readonly string[], io: Io): Promise<number> {
  const text = shell.context.files.read(resolve(shell.cwd, path))?.toString();
  if (text === undefined) throw new Failure(`.: can't open '${path}': No such file or directory`, 2);
  return shell.runner.script(shell, parse(text), io);
}
