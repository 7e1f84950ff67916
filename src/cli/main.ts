/** The command line: `mtls-lens check PATH…`. Exit code 0: nobody breaks; 1: somebody breaks; 2: bad usage or input. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { check } from "./check.ts";

const USAGE = `mtls-lens check PATH...

  Says for each PeerAuthentication in the manifests below PATH whom it locks out.
  Contacts nothing: files are all it reads.

  --help     this text
  --version  the version

Exit code 0: no known caller breaks. 1: a caller breaks. 2: wrong usage, or input that cannot be read.
`;

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});

async function main(args: readonly string[]): Promise<number> {
  const parsed = parse(args);
  if ("error" in parsed) return misused(parsed.error);
  const [command, ...paths] = parsed.positionals;
  if (parsed.help) return print(USAGE);
  if (parsed.version) return print(`${version()}\n`);
  if (command !== "check") return misused(command === undefined ? "No command." : `No command "${command}".`);
  if (paths.length === 0) return misused("No PATH to check.");
  // npm runs scripts in the folder of package.json; INIT_CWD is where the person stands.
  const from = process.env.INIT_CWD ?? process.cwd();
  return check(
    paths.map((path) => resolve(from, path)),
    from,
  );
}

function parse(args: readonly string[]) {
  try {
    const options = { help: { type: "boolean", short: "h" }, version: { type: "boolean", short: "v" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { help: values.help === true, version: values.version === true, positionals };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function misused(error: string): number {
  process.stderr.write(`${error}\n\n${USAGE}`);
  return 2;
}

/** Of the package around this file, built or not. */
function version(): string {
  let folder = dirname(realpathSync(process.argv[1] ?? "."));
  while (!existsSync(join(folder, "package.json")) && folder !== dirname(folder)) folder = dirname(folder);
  const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "";
}
