/**
 * The files of the state before. They are read at the addresses that they have in the state after, so that each file
 * is judged among its neighbours of then and of now.
 */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { STDIN } from "./find.ts";
import { type Progress, readTexts, type Texts } from "./read.ts";

/** `base` stands in for the one path; with several paths it holds all of them, each where it is below `from`. */
export async function readBase(
  paths: readonly string[],
  base: string,
  from: string,
  progress: Progress,
): Promise<Texts> {
  const [only = from, ...others] = paths;
  const root = others.length > 0 || only === STDIN ? from : only;
  const { texts, ...rest } = await readTexts(others.length > 0 ? below(paths, base, from) : [base], from, progress);
  const moved = (uri: string) => pathToFileURL(join(root, relative(base, fileURLToPath(uri)))).href;
  return { texts: texts.map(({ uri, text }) => ({ uri: moved(uri), text })), ...rest };
}

/** A path that is new is not there; where none is, the whole of it is asked for and is told of. */
function below(paths: readonly string[], base: string, from: string): readonly string[] {
  const old = paths.filter((path) => path !== STDIN).map((path) => join(base, relative(from, path)));
  const there = old.filter((path) => existsSync(path));
  return there.length > 0 ? there : old;
}
