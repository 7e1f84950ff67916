/** `tar`, as far as `kubectl cp` and people use it: create, extract and list, through stdio or a file. */
import { dirname, resolve } from "node:path/posix";
import { packTar, type TarEntry, unpackTar } from "modern-tar";
import { Failure, type Process } from "../shell/program.ts";
import { flags } from "./arguments.ts";
import { exists, walk } from "./files.ts";

export async function tar(process: Process): Promise<number> {
  const [first = "", ...more] = process.args;
  const args = /^[a-zA-Z]+$/.test(first) ? [`-${first}`, ...more] : process.args;
  const { has, value, rest } = flags(args, {
    letters: "cxtzvmOpkh",
    valued: "fC",
    long: {
      create: "c",
      extract: "x",
      list: "t",
      "no-same-owner": "p",
      "no-same-permissions": "p",
      "no-overwrite-dir": "p",
    },
  });
  const cwd = resolve(process.cwd, value("C") ?? ".");
  if (has("z")) throw new Failure("invalid option -- 'z': no compression is built in");
  if (has("c")) return create({ ...process, cwd }, rest, value("f"), has("v"));
  if (has("x") || has("t")) return extract({ ...process, cwd }, value("f"), has);
  throw new Failure("must specify one of -c, -t, -x", 2);
}

async function create(
  process: Process,
  paths: readonly string[],
  file: string | undefined,
  verbose: boolean,
): Promise<number> {
  const missing = paths.filter((path) => !exists(process, resolve(process.cwd, path)));
  for (const path of missing) process.stderr(`tar: ${path}: No such file or directory\n`);
  const found = paths.filter((path) => !missing.includes(path));
  if (found.some((path) => path.startsWith("/"))) process.stderr("tar: removing leading '/' from member names\n");
  const entries = found.flatMap((path) => [...walk(process, path)].map((each) => entryOf(process, each)));
  if (verbose) process.stderr(entries.map(({ header }) => `${header.name}\n`).join(""));
  const archive = Buffer.from(await packTar(entries));
  if (file === undefined || file === "-") process.stdout(archive);
  else process.context.files.write(resolve(process.cwd, file), archive);
  return missing.length > 0 ? 1 : 0;
}

function entryOf(process: Process, path: string): TarEntry {
  const body = process.context.files.read(resolve(process.cwd, path));
  const name = path.replace(/^\/+/, "") || ".";
  if (body !== undefined) return { header: { name, type: "file", size: body.length, mode: 0o644 }, body };
  return { header: { name: name.endsWith("/") ? name : `${name}/`, type: "directory", size: 0, mode: 0o755 } };
}

async function extract(process: Process, file: string | undefined, has: (flag: string) => boolean): Promise<number> {
  const { files } = process.context;
  const archive =
    file === undefined || file === "-" ? await process.stdin.all() : files.read(resolve(process.cwd, file));
  if (archive === undefined) throw new Failure(`can't open '${file}': No such file or directory`);
  const entries = await unpackTar(archive, { strict: true }).catch(() => {
    throw new Failure("invalid tar magic");
  });
  for (const { header, data } of entries) {
    if (has("t") || has("v")) process.stdout(`${header.name}\n`);
    if (has("t")) continue;
    if (has("O")) {
      process.stdout(Buffer.from(data ?? []));
      continue;
    }
    const path = resolve(process.cwd, header.name);
    if (header.type === "directory") files.makeFolder(path);
    else if (header.type === "file") {
      files.makeFolder(dirname(path));
      files.write(path, Buffer.from(data ?? []));
    }
  }
  return 0;
}
