/** The file system of a container, in memory: it starts with a few files that programs look for, and is gone with its container. */
import { dirname, normalize } from "node:path/posix";
import type { FileSystem } from "./process.ts";

const LIMIT = 64 * 1024 * 1024;
const FOLDERS = ["/bin", "/dev", "/etc", "/home", "/proc", "/root", "/tmp", "/usr/bin", "/var/log", "/var/run"];

export class NoSpace extends Error {
  constructor() {
    super("No space left on device");
  }
}

/** Folders of a file are made as it is written; who wants them to be there before asks `list`. */
export function memoryFiles(initial: Readonly<Record<string, string>> = {}): FileSystem {
  const files = new Map<string, Buffer>();
  const folders = new Map<string, Set<string>>([["/", new Set()]]);
  let size = 0;

  const join = (path: string): void => {
    if (path === "/") return;
    makeFolder(dirname(path));
    folders.get(dirname(path))?.add(path);
  };
  const makeFolder = (path: string): void => {
    if (folders.has(path)) return;
    folders.set(path, new Set());
    join(path);
  };
  const remove = (path: string): void => {
    for (const child of folders.get(path) ?? []) remove(child);
    size -= files.get(path)?.length ?? 0;
    files.delete(path);
    folders.delete(path);
    folders.get(dirname(path))?.delete(path);
  };
  const write = (path: string, content: Buffer): void => {
    const after = size - (files.get(path)?.length ?? 0) + content.length;
    if (after > LIMIT) throw new NoSpace();
    size = after;
    files.set(path, content);
    join(path);
  };

  for (const folder of FOLDERS) makeFolder(folder);
  for (const [path, content] of Object.entries(initial)) write(absolute(path), Buffer.from(content));
  return {
    read: (path) => files.get(absolute(path)),
    write: (path, content) => write(absolute(path), content),
    list: (path) => {
      const children = folders.get(absolute(path));
      return children && [...children].map((child) => child.slice(child.lastIndexOf("/") + 1)).sort();
    },
    makeFolder: (path) => makeFolder(absolute(path)),
    remove: (path) => remove(absolute(path)),
  };
}

function absolute(path: string): string {
  const clean = normalize(`/${path}`);
  return clean.length > 1 && clean.endsWith("/") ? clean.slice(0, -1) : clean;
}
