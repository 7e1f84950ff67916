/** Redirections to files in memory: what a command reads and writes instead. */
import { dirname, resolve } from "node:path/posix";
import type { HereDoc, Redirect, Redirection } from "unbash";
import type { FileSystem } from "../process.ts";
import type { Expander } from "./expansion/expander.ts";
import { Failure } from "./program.ts";
import type { Io, Shell } from "./shell.ts";
import { type Input, inputOf, type Output } from "./streams.ts";

export async function redirected(
  shell: Shell,
  expand: Expander,
  redirections: readonly Redirection[],
  io: Io,
): Promise<Io> {
  let changed = io;
  for (const redirection of redirections) changed = await one(shell, expand, redirection, changed);
  return changed;
}

async function one(shell: Shell, expand: Expander, redirection: Redirection, io: Io): Promise<Io> {
  const descriptor = redirection.descriptor?.type === "FileDescriptor" ? redirection.descriptor.value : undefined;
  switch (redirection.operator) {
    case "<<":
    case "<<-":
      return { ...io, stdin: inputOf(await hereDocument(expand, redirection)) };
    case "<<<":
      return { ...io, stdin: inputOf(`${redirection.target ? await expand.text(redirection.target) : ""}\n`) };
    default:
      return file(shell, redirection, await target(expand, redirection), descriptor, io);
  }
}

async function hereDocument(expand: Expander, { body, delimiter, operator }: HereDoc): Promise<string> {
  const text = delimiter?.quoted || body.parts === undefined ? body.text : await expand.parts(body.parts);
  return operator === "<<-" ? text.replace(/^\t+/gm, "") : text;
}

async function target(expand: Expander, { target }: Redirect): Promise<string> {
  const [path, ...more] = target ? await expand.fields([target]) : [];
  if (path === undefined || more.length > 0) throw new Failure("ambiguous redirect", 1);
  return path;
}

function file(shell: Shell, { operator }: Redirect, path: string, descriptor: number | undefined, io: Io): Io {
  switch (operator) {
    case "<":
    case "<>":
      return { ...io, stdin: reader(shell, path, io) };
    case "<&":
      return io;
    case ">&": {
      if (/^\d+$/.test(path)) return withOutput(io, descriptor ?? 1, duplicate(path, io));
      if (path === "-") return withOutput(io, descriptor ?? 1, () => {});
      const output = writer(shell, path, false, io);
      return { ...io, stdout: output, stderr: output };
    }
    case "&>":
    case "&>>": {
      const output = writer(shell, path, operator === "&>>", io);
      return { ...io, stdout: output, stderr: output };
    }
    default:
      return withOutput(io, descriptor ?? 1, writer(shell, path, operator === ">>", io));
  }
}

function withOutput(io: Io, descriptor: number, output: Output): Io {
  if (descriptor === 1) return { ...io, stdout: output };
  if (descriptor === 2) return { ...io, stderr: output };
  throw new Failure(`${descriptor}: bad file descriptor`, 2);
}

function duplicate(descriptor: string, io: Io): Output {
  if (descriptor === "1") return io.stdout;
  if (descriptor === "2") return io.stderr;
  throw new Failure(`${descriptor}: bad file descriptor`, 2);
}

function reader(shell: Shell, path: string, io: Io): Input {
  const whole = resolve(shell.cwd, path);
  if (whole === "/dev/null") return inputOf("");
  if (whole === "/dev/stdin") return io.stdin;
  const content = shell.context.files.read(whole);
  if (content === undefined) throw new Failure(`can't open ${path}: no such file`, 1);
  return inputOf(content);
}

function writer(shell: Shell, path: string, append: boolean, io: Io): Output {
  const whole = resolve(shell.cwd, path);
  if (whole === "/dev/null") return () => {};
  if (whole === "/dev/stdout" || whole === "/proc/1/fd/1") return io.stdout;
  if (whole === "/dev/stderr" || whole === "/proc/1/fd/2") return io.stderr;
  return fileWriter(shell.context.files, whole, path, append);
}

/** Every chunk is in the file as soon as it is written: somebody else may read along. */
export function fileWriter(files: FileSystem, whole: string, path: string, append: boolean): Output {
  if (files.list(whole) !== undefined) throw new Failure(`can't create ${path}: Is a directory`, 1);
  if (files.list(dirname(whole)) === undefined) throw new Failure(`can't create ${path}: nonexistent directory`, 1);
  if (!append || files.read(whole) === undefined) files.write(whole, Buffer.alloc(0));
  return (chunk) => {
    try {
      files.write(whole, Buffer.concat([files.read(whole) ?? Buffer.alloc(0), Buffer.from(chunk)]));
    } catch {
      // The disk is full: who writes from the middle of a stream does not look.
    }
  };
}
