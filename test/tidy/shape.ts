/** The shape of folders and files: lengths, counts, names. */
import { dirname } from "node:path/posix";
import type { Source } from "./sources.ts";

const LONGEST = 400;
const ASKS_FOR_A_REASON = 300;
const FILES_IN_A_FOLDER = 12;
const EMPTY_NAMES = ["utils", "util", "helpers", "helper", "common", "misc", "types", "manager"];

export function lengthOf({ text }: Source): number {
  return text.split("\n").length - 1;
}

export const tooLong = (source: Source) => lengthOf(source) > LONGEST;
export const long = (source: Source) => lengthOf(source) > ASKS_FOR_A_REASON;

export function crowdedFolders(paths: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  return [...counts].flatMap(([folder, count]) =>
    count > FILES_IN_A_FOLDER ? [`${folder} holds ${count} files`] : [],
  );
}

/** Paths with a part that says nothing about what is in it. */
export function emptyNames(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => path.split(/[/.-]/).some((part) => EMPTY_NAMES.includes(part.toLowerCase())));
}

/** Tests that are left out, or that leave all others out. */
export function leftOut({ path, text }: Source): readonly string[] {
  return text.split("\n").flatMap((line, index) => {
    const found = /\b(?:describe|context|it)\.(?:only|skip)\b|\b(?:xit|xdescribe)\(|\bthis\.skip\(/.exec(line);
    return found ? [`${path}:${index + 1} ${found[0]}`] : [];
  });
}
