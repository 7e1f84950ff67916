/** What commands on text read: files and stdin, whole or by lines. */
import { resolve } from "node:path/posix";
import type { Process } from "../../shell/program.ts";
import { type Input, inputOf } from "../../shell/streams.ts";

/** What a path names; `-` is stdin. A missing one is said, and is undefined. */
export function open(process: Process, path: string): Input | undefined {
  if (path === "-") return process.stdin;
  const whole = resolve(process.cwd, path);
  const content = process.context.files.read(whole);
  if (content !== undefined) return inputOf(content);
  if (whole === "/dev/null") return inputOf("");
  const reason = process.context.files.list(whole)
    ? "read error: Is a directory"
    : `can't open '${path}': No such file or directory`;
  process.stderr(`${process.name}: ${reason}\n`);
  return undefined;
}

export async function contentOf(process: Process, paths: readonly string[]): Promise<Buffer> {
  const inputs = (paths.length > 0 ? paths : ["-"]).flatMap((path) => open(process, path) ?? []);
  return Buffer.concat(await Promise.all(inputs.map((input) => input.all())));
}

export async function* linesOf(input: Input): AsyncGenerator<string> {
  for (let line = await input.line(); line !== undefined; line = await input.line()) yield line.replace(/\n$/, "");
}
