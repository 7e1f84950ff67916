/** The manifests that paths of the command line mean: files as named, folders with everything below. */
import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileName } from "../report/place.ts";

export interface Found {
  readonly files: readonly string[];
  /** Those of them that end when their writer does: standard input, and `<(kubectl get …)` of a shell. Only named ones. */
  readonly pipes: ReadonlySet<string>;
  /** One sentence for each path that is not there or cannot be looked into. */
  readonly errors: readonly string[];
}

/** Stands for standard input where a path can stand. */
export const STDIN = "-";

const LEFT_OUT: ReadonlySet<string> = new Set(["node_modules", ".git"]);
const MANIFEST = /(?:\.ya?ml|^Kustomization)$/;

/** Errors name paths relative to `from`. */
export async function findManifests(paths: readonly string[], from: string): Promise<Found> {
  const files = new Set<string>();
  const pipes = new Set<string>();
  const errors: string[] = [];
  const fails = (path: string, says: string) => errors.push(`${fileName(path, from)}: ${says}`);
  for (const path of paths) {
    try {
      const info = path === STDIN ? undefined : await stat(path);
      if (info === undefined || info.isFIFO()) pipes.add(path);
      const found = info?.isDirectory() === true ? await manifestsBelow(path, fails) : [path];
      for (const file of found) files.add(file);
      if (found.length === 0) fails(path, "no .yaml or .yml file in this folder. Name another one.");
    } catch (error) {
      fails(path, whyNot(error));
    }
  }
  return { files: [...files].sort(), pipes, errors };
}

/** Links are followed as VS Code does, after everything else: a folder is looked into once, by its own name if it has one here. */
async function manifestsBelow(folder: string, fails: (path: string, says: string) => void): Promise<readonly string[]> {
  const files: string[] = [];
  const links: Dirent[] = [];
  const seen = new Set<string>();
  const look = async (path: string): Promise<void> => {
    try {
      const real = await realpath(path);
      if (seen.has(real)) return;
      seen.add(real);
      for (const entry of await readdir(path, { withFileTypes: true })) {
        if (LEFT_OUT.has(entry.name)) continue;
        if (entry.isSymbolicLink()) links.push(entry);
        else if (entry.isDirectory()) await look(join(path, entry.name));
        else if (MANIFEST.test(entry.name)) files.push(join(path, entry.name));
      }
    } catch (error) {
      fails(path, whyNot(error));
    }
  };
  await look(folder);
  for (const { parentPath, name } of links) {
    const path = join(parentPath, name);
    if (await isFolder(path)) await look(path);
    else if (MANIFEST.test(name)) files.push(path);
  }
  return files;
}

/** A link that leads nowhere is none. */
async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function whyNot(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file or folder. Check the path.";
  if (code === "EACCES") return "permission denied. Allow your user to read it.";
  return error instanceof Error ? error.message : String(error);
}
