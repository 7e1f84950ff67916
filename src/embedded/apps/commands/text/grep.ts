/** `grep`, line by line as its input comes. */
import { Failure, type Process } from "../../shell/program.ts";
import { type Arguments, flags } from "../arguments.ts";
import { linesOf, open } from "./lines.ts";

export async function grep(process: Process): Promise<number> {
  const found = flags(process.args, {
    letters: "vicnoqEFwxshHlr",
    valued: "em",
    long: { quiet: "q", count: "c", "only-matching": "o", "invert-match": "v", "ignore-case": "i" },
  });
  const given = found.values("e");
  const [patterns, paths] = given.length > 0 ? [given, found.rest] : [found.rest.slice(0, 1), found.rest.slice(1)];
  if (patterns.length === 0) throw new Failure("usage: grep [-vicnoqEFwxshH] PATTERN [FILE]...", 2);
  const search = {
    found,
    pattern: expression(patterns, found.has),
    limit: Number(found.value("m") ?? Number.POSITIVE_INFINITY),
  };
  let count = 0;
  for (const path of paths.length > 0 ? paths : ["-"]) {
    const input = open(process, path);
    if (input === undefined) return 2;
    const named = (paths.length > 1 || found.has("H")) && !found.has("h") ? `${path}:` : "";
    const own = await grepOne(process, search, linesOf(input), named);
    if (found.has("c")) process.stdout(`${named}${own}\n`);
    count += own;
  }
  return count > 0 ? 0 : 1;
}

interface Search {
  readonly found: Arguments;
  readonly pattern: RegExp;
  readonly limit: number;
}

/** How many lines fit. */
async function grepOne(
  process: Process,
  { found, pattern, limit }: Search,
  lines: AsyncIterable<string>,
  named: string,
): Promise<number> {
  let number = 0;
  let count = 0;
  for await (const line of lines) {
    number += 1;
    const parts = [...line.matchAll(pattern)].map(([text]) => text);
    if (parts.length > 0 === found.has("v")) continue;
    count += 1;
    const at = named + (found.has("n") ? `${number}:` : "");
    const shown = found.has("o") ? parts : [line];
    if (!found.has("c") && !found.has("q")) process.stdout(shown.map((text) => `${at}${text}\n`).join(""));
    if (found.has("q") || count >= limit) break;
  }
  return count;
}

/** A basic regular expression has its operators behind a backslash. */
export function expression(patterns: readonly string[], has: (flag: string) => boolean): RegExp {
  const sources = patterns.map((pattern) => {
    if (has("F")) return pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const classes = pattern.replace(
      /\[:(\w+):\]/g,
      (_, name: string) => ({ digit: "0-9", alpha: "A-Za-z", alnum: "A-Za-z0-9", space: "\\s" })[name] ?? "",
    );
    return has("E")
      ? classes
      : classes.replace(/\\?[+?(){}|]/g, (found) => (found.startsWith("\\") ? found.slice(1) : `\\${found}`));
  });
  const joined = sources.map((source) => `(?:${source})`).join("|");
  const source = has("x") ? `^(?:${joined})$` : has("w") ? `\\b(?:${joined})\\b` : joined;
  return new RegExp(source, has("i") ? "gi" : "g");
}
