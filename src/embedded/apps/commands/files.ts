/** Commands on files and folders. */
import { basename, dirname, resolve } from "node:path/posix";
import { Failure, type Process, type Programs } from "../shell/program.ts";
import { flags } from "./arguments.ts";

export const FILES: Programs = {
  ls,
  mkdir: (process) => {
    const { has, rest } = flags(process.args, { letters: "p", valued: "m", long: { parents: "p" } });
    const { files } = process.context;
    for (const path of rest) {
      const whole = resolve(process.cwd, path);
      if (exists(process, whole) && !has("p")) throw new Failure(`can't create directory '${path}': File exists`);
      if (files.list(dirname(whole)) === undefined && !has("p"))
        throw new Failure(`can't create directory '${path}': No such file or directory`);
      files.makeFolder(whole);
    }
    return 0;
  },
  rmdir: (process) => {
    for (const path of process.args) {
      const children = process.context.files.list(resolve(process.cwd, path));
      if (children === undefined) throw new Failure(`'${path}': No such file or directory`);
      if (children.length > 0) throw new Failure(`'${path}': Directory not empty`);
      process.context.files.remove(resolve(process.cwd, path));
    }
    return 0;
  },
  rm: (process) => {
    const { has, rest } = flags(process.args, { letters: "rfR", long: { recursive: "r", force: "f" } });
    const { files } = process.context;
    for (const path of rest) {
      const whole = resolve(process.cwd, path);
      if (!exists(process, whole) && !has("f")) throw new Failure(`can't remove '${path}': No such file or directory`);
      if (files.list(whole) !== undefined && !has("r") && !has("R")) throw new Failure(`'${path}' is a directory`);
      files.remove(whole);
    }
    return 0;
  },
  cp: (process) => {
    const { has, rest } = flags(process.args, { letters: "rRafp" });
    return transfer(process, rest, (from, to) => copy(process, from, to, has("r") || has("R") || has("a")));
  },
  mv: (process) => {
    const { rest } = flags(process.args, { letters: "f" });
    return transfer(process, rest, (from, to) => {
      if (from === to) return;
      copy(process, from, to, true);
      process.context.files.remove(from);
    });
  },
  touch: (process) => {
    for (const path of flags(process.args, { letters: "amc" }).rest) {
      const whole = resolve(process.cwd, path);
      if (exists(process, whole)) continue;
      if (process.context.files.list(dirname(whole)) === undefined)
        throw new Failure(`${path}: No such file or directory`);
      process.context.files.write(whole, Buffer.alloc(0));
    }
    return 0;
  },
  chmod: () => 0,
  chown: () => 0,
  basename: ({ args: [path = "", suffix = ""], stdout }) => {
    stdout(`${basename(path, suffix)}\n`);
    return 0;
  },
  dirname: ({ args: [path = ""], stdout }) => {
    stdout(`${dirname(path)}\n`);
    return 0;
  },
  find: (process) => {
    const { rest } = { rest: process.args };
    const at = rest.findIndex((arg) => arg.startsWith("-"));
    const starts = at < 0 ? rest : rest.slice(0, at);
    const name = rest[rest.indexOf("-name") + 1];
    const type = rest.includes("-type") ? rest[rest.indexOf("-type") + 1] : undefined;
    for (const start of starts.length > 0 ? starts : ["."]) {
      if (!exists(process, resolve(process.cwd, start))) throw new Failure(`${start}: No such file or directory`);
      for (const path of walk(process, start)) {
        const folder = process.context.files.list(resolve(process.cwd, path)) !== undefined;
        const fits =
          !rest.includes("-name") ||
          new RegExp(
            `^${(name ?? "")
              .replace(/[.+^${}()|[\]\\]/g, "\\$&")
              .replace(/\*/g, ".*")
              .replace(/\?/g, ".")}$`,
          ).test(basename(path));
        if (fits && (type === undefined || (type === "d") === folder)) process.stdout(`${path}\n`);
      }
    }
    return 0;
  },
};

export function exists({ context: { files } }: Process, whole: string): boolean {
  return files.read(whole) !== undefined || files.list(whole) !== undefined;
}

/** A path and what is below it. */
export function* walk(process: Process, path: string): Generator<string> {
  yield path;
  for (const name of process.context.files.list(resolve(process.cwd, path)) ?? []) {
    yield* walk(process, path.endsWith("/") ? path + name : `${path}/${name}`);
  }
}

function transfer(process: Process, paths: readonly string[], move: (from: string, to: string) => void): number {
  const target = paths.at(-1);
  if (target === undefined || paths.length < 2) throw new Failure("missing file operand");
  const to = resolve(process.cwd, target);
  const folder = process.context.files.list(to) !== undefined;
  for (const path of paths.slice(0, -1)) {
    const from = resolve(process.cwd, path);
    if (!exists(process, from)) throw new Failure(`can't stat '${path}': No such file or directory`);
    if (!folder && process.context.files.list(dirname(to)) === undefined)
      throw new Failure(`can't create '${target}': No such file or directory`);
    move(from, folder ? resolve(to, basename(from)) : to);
  }
  return 0;
}

function copy(process: Process, from: string, to: string, recursive: boolean): void {
  const { files } = process.context;
  const content = files.read(from);
  if (content !== undefined) {
    files.write(to, content);
    return;
  }
  if (!recursive) throw new Failure(`-r not specified; omitting directory '${from}'`);
  const names = files.list(from) ?? [];
  files.makeFolder(to);
  for (const name of names) copy(process, `${from}/${name}`, `${to}/${name}`, true);
}

function ls(process: Process): number {
  const { has, rest } = flags(process.args, { letters: "la1hRdtrF" });
  let status = 0;
  for (const path of rest.length > 0 ? rest : ["."]) {
    const whole = resolve(process.cwd, path);
    const names = process.context.files.list(whole);
    if (!exists(process, whole)) {
      process.stderr(`ls: ${path}: No such file or directory\n`);
      status = 1;
    } else if (names === undefined || has("d")) process.stdout(entry(process, whole, path, has("l")));
    else {
      if (rest.length > 1) process.stdout(`${path}:\n`);
      const shown = names.filter((name) => has("a") || !name.startsWith("."));
      process.stdout(shown.map((name) => entry(process, `${whole}/${name}`, name, has("l"))).join(""));
    }
  }
  return status;
}

function entry(process: Process, whole: string, name: string, long: boolean): string {
  if (!long) return `${name}\n`;
  const content = process.context.files.read(whole);
  const size = String(content?.length ?? 4096).padStart(9);
  return `${content ? "-rw-r--r--" : "drwxr-xr-x"}    1 root     root     ${size} Jan  1 00:00 ${name}\n`;
}
