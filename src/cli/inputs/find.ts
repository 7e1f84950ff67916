/** The manifests that paths of the command line mean: files as named, folders with everything below. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileName } from "../report/place.ts";

export interface Found {
  readonly files: readonly string[];
  /** One sentence for each path that is not there or cannot be looked into. */
  readonly errors: readonly string[];
}

/** Stands for standard input where a path can stand. */
export const STDIN = "-";

const LEFT_OUT: ReadonlySet<string> = new Set(["node_modules", ".git"]);

/** Errors name paths relative to `from`. */
export async function findManifests(paths: readonly string[], from: string): Promise<Found> {
  const files = new Set<string>();
  const errors: string[] = [];
  for (const path of paths) {
    try {
      const isFolder = path !== STDIN && (await stat(path)).isDirectory();
      const found = isFolder ? await manifestsBelow(path) : [path];
      for (const file of found) files.add(file);
      if (found.length === 0)
        errors.push(`${fileName(path, from)}: no .yaml or .yml file in this folder. Name another one.`);
    } catch (error) {
      errors.push(`${fileName(path, from)}: ${whyNot(error)}`);
    }
  }
  return { files: [...files].sort(), errors };
}

async function manifestsBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory() && /(?:\.ya?ml|^Kustomization)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !path
          .slice(folder.length)
          .split(/[\\/]/)
          .some((part) => LEFT_OUT.has(part)),
    );
}

function whyNot(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file or folder. Check the path.";
  if (code === "EACCES") return "permission denied. Allow your user to read it.";
  return error instanceof Error ? error.message : String(error);
}
