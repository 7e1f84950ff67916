/**
 * The command line. Exit code 0: nothing of what --fail-on names; 1: something of it; 2: no answer, since the usage is
 * wrong, input cannot be read, or the program fails.
 */
import "../workers/older-node.ts";
import { existsSync, readFileSync, realpathSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { commandOf } from "./arguments.ts";
import { check } from "./check.ts";
import { explain } from "./explain/explain.ts";
import { mesh } from "./mesh/mesh.ts";
import { USAGE } from "./usage.ts";
import { defect, NO_ANSWER } from "./words.ts";

const STDERR = 2;

let answered = false;
process.on("exit", () => {
  if (answered) return;
  // Nothing is left to wait for and nothing was said: that is no all-clear.
  writeSync(STDERR, NO_ANSWER);
  process.exitCode = 2;
});
process.on("uncaughtException", failed);
// Whoever reads us has seen enough, as `head` has.
process.stdout.on("error", () => end(2));

void main(process.argv.slice(2)).then((code) => {
  answered = true;
  process.exitCode = code;
}, failed);

async function main(args: readonly string[]): Promise<number> {
  const from = process.cwd();
  const command = commandOf(args, from);
  switch (command.name) {
    case "help":
      return print(USAGE);
    case "version":
      return print(`${version()}\n`);
    case "check":
      return check(command.options, from, version());
    case "explain":
      return explain(command.options, from);
    case "mesh":
      return mesh(command.options, realpathSync(process.argv[1] ?? "."));
    case "misused":
      process.stderr.write(`${command.says}\n\n${USAGE}`);
      return 2;
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function failed(error: unknown): void {
  writeSync(STDERR, defect(error));
  end(2);
}

function end(code: number): void {
  answered = true;
  process.exit(code);
}

/** Of the package around this file, built or not. */
function version(): string {
  let folder = dirname(realpathSync(process.argv[1] ?? "."));
  while (!existsSync(join(folder, "package.json")) && folder !== dirname(folder)) folder = dirname(folder);
  const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "";
}
