/** What a shell knows between two commands: variables, functions, options, its folder and its background jobs. */
import type { Function as FunctionNode, Script, Statement } from "unbash";
import type { AppContext } from "../process.ts";
import type { Programs } from "./program.ts";
import type { Input, Output } from "./streams.ts";

export type Option = "errexit" | "nounset" | "xtrace" | "pipefail" | "noglob";

export interface Io {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

export interface Job {
  readonly done: Promise<number>;
  readonly stop: AbortController;
}

/** What runs things in a shell: commands and builtins call it, so that none of them needs to know `run`. */
export interface Runner {
  list(shell: Shell, statements: readonly Statement[], io: Io): Promise<number>;
  /** A syntax error runs nothing of it. */
  script(shell: Shell, script: Script, io: Io): Promise<number>;
  /** A function, builtin or program. */
  named(shell: Shell, name: string, args: readonly string[], io: Io): Promise<number>;
  inSubshell(shell: Shell, run: (copy: Shell) => Promise<number>): Promise<number>;
}

/** Mutable on purpose: this is a process. A subshell is a copy. */
export interface Shell {
  readonly name: string;
  readonly context: AppContext;
  readonly programs: Programs;
  readonly runner: Runner;
  readonly signal: AbortSignal;
  readonly tty: boolean;
  readonly variables: Map<string, string>;
  readonly exported: Set<string>;
  readonly functions: Map<string, FunctionNode>;
  readonly options: Set<Option>;
  readonly jobs: Map<number, Job>;
  /** Values that `local` hides, innermost function last. */
  readonly locals: Map<string, string | undefined>[];
  /** Shared by a shell and its subshells: when the event loop was last let in. */
  readonly clock: { breath: number };
  positional: readonly string[];
  cwd: string;
  status: number;
  lastJob: number | undefined;
  /** How many conditions are being evaluated: in them a failure does not end the shell (`set -e`). */
  conditions: number;
  depth: number;
}

/** Nesting of subshells, functions and `eval`. */
export const DEEPEST = 100;

export class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super("exit");
    this.code = code;
  }
}
export class Return extends Exit {}
/** An expansion that cannot be made ends the shell, with a complaint. */
export class Fatal extends Exit {
  readonly text: string;

  constructor(text: string) {
    super(2);
    this.text = text;
  }
}
/** `break` and `continue`, with the number of loops that they still leave. */
export class Jump extends Error {
  readonly to: "break" | "continue";
  readonly loops: number;

  constructor(to: "break" | "continue", loops: number) {
    super(to);
    this.to = to;
    this.loops = loops;
  }
}
export class Interrupted extends Error {}

export function subshell(shell: Shell, signal: AbortSignal = shell.signal): Shell {
  return {
    ...shell,
    signal,
    variables: new Map(shell.variables),
    exported: new Set(shell.exported),
    functions: new Map(shell.functions),
    options: new Set(shell.options),
    jobs: new Map(),
    locals: [],
    depth: shell.depth + 1,
  };
}

export function environment(shell: Shell): Readonly<Record<string, string>> {
  return Object.fromEntries([...shell.variables].filter(([name]) => shell.exported.has(name)));
}

export function setLocal(shell: Shell, name: string): void {
  const frame = shell.locals.at(-1);
  if (frame !== undefined && !frame.has(name)) frame.set(name, shell.variables.get(name));
}

/** Lets others run, and stops a shell whose caller is gone. */
export async function breathe(shell: Shell): Promise<void> {
  if (shell.signal.aborted) throw new Interrupted();
  if (performance.now() - shell.clock.breath < 5) return;
  await new Promise((resolve) => setImmediate(resolve));
  shell.clock.breath = performance.now();
}
