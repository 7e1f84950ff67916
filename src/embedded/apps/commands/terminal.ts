/**
 * What the kernel does between a terminal and a command: it echoes what is typed, hands it over by lines after editing, turns
 * Ctrl+C into an interrupt and newlines into CR LF. `kubectl exec -t` leaves all of this to the other side.
 */
import { PassThrough } from "node:stream";
import type { Command } from "../process.ts";
import type { Keyboard } from "../shell/program.ts";
import type { Output } from "../shell/streams.ts";

/** What a command is connected to. */
export type Streams = Pick<Command, "stdin" | "signal"> & {
  readonly keyboard?: Keyboard;
  readonly stdout: Output;
  readonly stderr: Output;
};

const INTERRUPT = "\x03";
const END = "\x04";
const BACKSPACE = /[\x7f\b]/;
const KILL_LINE = "\x15";
/** Cursor keys and the like: there is no history to move in. */
const ESCAPE = "\x1b";
const ESCAPE_SEQUENCE = new RegExp(`^${ESCAPE}(?:\\[[\\d;]*[A-Za-z~]?|O[A-Z]|.)?`);

export function terminal(command: Command): Streams {
  const lines = new PassThrough().on("error", () => {});
  const interrupted = new AbortController();
  const keyboard = { interrupt: () => interrupted.abort() };
  const output = (chunk: Buffer | string) => command.stdout(chunk.toString().replace(/\r?\n/g, "\r\n"));
  void edit(command, lines, keyboard).catch(() => lines.destroy());
  return {
    stdin: lines,
    stdout: output,
    stderr: output,
    keyboard,
    signal: AbortSignal.any([command.signal, interrupted.signal]),
  };
}

async function edit(command: Command, lines: PassThrough, keyboard: Keyboard): Promise<void> {
  let line = "";
  for await (const chunk of command.stdin) {
    let rest = chunk.toString();
    while (rest !== "") {
      const [typed = ""] = ESCAPE_SEQUENCE.exec(rest) ?? [rest.slice(0, 1)];
      rest = rest.slice(typed.length);
      const next = key(typed, line, command.stdout);
      if (next === "interrupt") keyboard.interrupt();
      else if (next === "end") lines.end();
      else if (next.endsWith("\n")) lines.write(next);
      line = next === "interrupt" || next === "end" || next.endsWith("\n") ? "" : next;
    }
  }
  lines.end();
}

function key(typed: string, line: string, echo: (text: string) => void): string {
  if (typed === INTERRUPT) {
    echo("^C\r\n");
    return "interrupt";
  }
  if (typed === END) return line === "" ? "end" : line;
  if (typed === "\r" || typed === "\n") {
    echo("\r\n");
    return `${line}\n`;
  }
  if (BACKSPACE.test(typed)) {
    if (line !== "") echo("\b \b");
    return line.slice(0, -1);
  }
  if (typed === KILL_LINE) {
    echo("\b \b".repeat(line.length));
    return "";
  }
  if (typed.startsWith(ESCAPE)) return line;
  echo(typed);
  return line + typed;
}
