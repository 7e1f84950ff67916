/** A command as it runs: what `main(argc, argv)` has of its surroundings. */
import type { AppContext } from "../process.ts";
import type { Input, Output } from "./streams.ts";

export interface Process {
  readonly context: AppContext;
  /** The name by which it was called, and its arguments. */
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly tty: boolean;
  /** What Ctrl+C does, where there is a terminal; a shell takes it over for its lines. */
  readonly keyboard?: Keyboard;
  /** Aborted when it is to end: its caller is gone, or nobody reads what it writes. */
  readonly signal: AbortSignal;
}

export interface Keyboard {
  interrupt(): void;
}

/** The exit code. What it throws is said on stderr, with exit code 1. */
export type Program = (process: Process) => Promise<number> | number;
export type Programs = Readonly<Record<string, Program>>;

/** A command's own complaint, `name: message` on stderr, with its exit code. */
export class Failure extends Error {
  readonly code: number;

  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}

/** Exit code of what a signal ended: 128 + SIGINT, SIGPIPE or SIGTERM. */
export const INTERRUPTED = 130;
export const BROKEN_PIPE = 141;
export const TERMINATED = 143;

export async function runProgram(program: Program, process: Process): Promise<number> {
  try {
    return await program(process);
  } catch (error) {
    if (process.signal.aborted) return INTERRUPTED;
    process.stderr(`${process.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof Failure ? error.code : 1;
  }
}
