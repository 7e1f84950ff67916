/** Places as people and other programs read them: files relative to where the person stands, with forward slashes. */
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Location, Range } from "../../view/place.ts";

/** Lines and characters count from 0, as in VS Code; a character is a UTF-16 unit. */
export interface FilePlace {
  readonly file: string;
  readonly range: Range;
}

/** What names standard input: no file is at this address. */
export const STDIN_URI = "stdin:///stdin";

/** `from` is the folder where the person stands. */
export function fileName(path: string, from: string): string {
  return relative(from, path).replaceAll(sep, "/") || ".";
}

export function fileOf(uri: string, from: string): string {
  return uri.startsWith(STDIN_URI) ? "stdin" : fileName(fileURLToPath(uri), from);
}

export function placeOf({ uri, range }: Location, from: string): FilePlace {
  return { file: fileOf(uri, from), range };
}

/** `deploy/strict-mtls.yaml:8`, as people count lines. */
export function fileLine({ file, range }: FilePlace): string {
  return `${file}:${range.start.line + 1}`;
}
