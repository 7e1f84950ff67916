/** The texts of the files that were found, and of standard input. What cannot be read is named. */
import { createReadStream } from "node:fs";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { readFromDisk } from "../../analysis/disk.ts";
import type { FileText } from "../../analysis/manifests.ts";
import { fileOf, STDIN_URI } from "../report/place.ts";
import { findManifests, STDIN } from "./find.ts";

export interface Texts {
  readonly texts: readonly FileText[];
  /** Addresses of standard input and of pipes. */
  readonly piped: readonly string[];
  readonly errors: readonly string[];
}

/** Told how many files are read. */
export type Progress = (read: number, total: number) => void;

export const NO_TEXTS: Texts = { texts: [], piped: [], errors: [] };

/** As many reads as the file system answers at once. */
const AT_ONCE = 16;

/** Errors name paths relative to `from`. */
export async function readTexts(paths: readonly string[], from: string, progress: Progress): Promise<Texts> {
  const { files, pipes, errors } = await findManifests(paths, from);
  const readOne = (path: string) => (pipes.has(path) ? readPipe(path) : readFile(path));
  const texts: FileText[] = [];
  const failures: string[] = [];
  for (let next = 0; next < files.length; next += AT_ONCE) {
    progress(next, files.length);
    for (const { uri, ...content } of await Promise.all(files.slice(next, next + AT_ONCE).map(readOne))) {
      if ("text" in content) texts.push({ uri, text: content.text });
      else failures.push(`${fileOf(uri, from)}: ${content.unreadable}`);
    }
  }
  return { texts, piped: [...pipes].map(uriOf), errors: [...errors, ...failures] };
}

async function readPipe(path: string) {
  return { uri: uriOf(path), text: await text(path === STDIN ? process.stdin : createReadStream(path, "utf8")) };
}

async function readFile(path: string) {
  const uri = uriOf(path);
  const content = await readFromDisk(uri);
  return content === "gone"
    ? { uri, unreadable: "it is a link that leads nowhere, or was just deleted. Repair or remove it." }
    : { uri, ...content };
}

function uriOf(path: string): string {
  return path === STDIN ? STDIN_URI : pathToFileURL(path).href;
}
