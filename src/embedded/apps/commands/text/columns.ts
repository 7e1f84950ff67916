/** `sort`, `uniq`, `cut` and `tr`. */
import type { Process } from "../../shell/program.ts";
import { inputOf } from "../../shell/streams.ts";
import { flags } from "../arguments.ts";
import { contentOf, linesOf } from "./lines.ts";
import { unescapeText } from "./printf.ts";

export async function sort(process: Process): Promise<number> {
  const { has, value, rest } = flags(process.args, { letters: "nru", valued: "kt" });
  const lines = (await contentOf(process, rest)).toString().split("\n");
  if (lines.at(-1) === "") lines.pop();
  const field = Number.parseInt(value("k") ?? "0", 10);
  const key = (line: string) => (field > 0 ? (line.split(value("t") ?? /\s+/)[field - 1] ?? "") : line);
  const order = (a: string, b: string) =>
    has("n") ? (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0) : a < b ? -1 : Number(a > b);
  const sorted = lines.toSorted((a, b) => order(key(a), key(b)) || order(a, b));
  const ordered = has("r") ? sorted.reverse() : sorted;
  const shown = has("u") ? [...new Set(ordered)] : ordered;
  process.stdout(shown.map((line) => `${line}\n`).join(""));
  return 0;
}

export async function uniq(process: Process): Promise<number> {
  const { has, rest } = flags(process.args, { letters: "cdu" });
  const runs: { line: string; count: number }[] = [];
  for await (const line of linesOf(inputOf(await contentOf(process, rest)))) {
    const last = runs.at(-1);
    if (last?.line === line) last.count += 1;
    else runs.push({ line, count: 1 });
  }
  const shown = runs.filter(({ count }) => (!has("d") || count > 1) && (!has("u") || count === 1));
  process.stdout(
    shown.map(({ line, count }) => `${has("c") ? `${String(count).padStart(7)} ` : ""}${line}\n`).join(""),
  );
  return 0;
}

export async function cut(process: Process): Promise<number> {
  const { value, has, rest } = flags(process.args, { letters: "s", valued: "dfc" });
  const characters = value("c");
  const separator = characters === undefined ? (value("d") ?? "\t") : "";
  const wanted = ranges(characters ?? value("f") ?? "");
  for await (const line of linesOf(inputOf(await contentOf(process, rest)))) {
    const parts = line.split(separator);
    if (parts.length === 1 && characters === undefined && has("s")) continue;
    const kept = parts.length === 1 && characters === undefined ? parts : parts.filter((_, index) => wanted(index + 1));
    process.stdout(`${kept.join(separator)}\n`);
  }
  return 0;
}

function ranges(list: string): (position: number) => boolean {
  const all = list.split(",").map((range) => {
    const [from = "", to] = range.split("-");
    return { from: Number(from) || 1, to: to === undefined ? Number(from) : Number(to) || Number.POSITIVE_INFINITY };
  });
  return (position) => all.some(({ from, to }) => position >= from && position <= to);
}

export async function tr(process: Process): Promise<number> {
  const { has, rest } = flags(process.args, { letters: "dsc" });
  const [from = "", to = ""] = rest.map(characterSet);
  const picked = (character: string) => from.includes(character) !== has("c");
  for await (const chunk of process.stdin.chunks()) {
    const changed = [...chunk.toString()].flatMap((character) => {
      if (!picked(character)) return [character];
      if (has("d")) return [];
      return [to[Math.min(has("c") ? to.length : from.indexOf(character), to.length - 1)] ?? character];
    });
    process.stdout(
      changed
        .filter(
          (character, index) => !has("s") || character !== changed[index - 1] || !(to || from).includes(character),
        )
        .join(""),
    );
  }
  return 0;
}

function characterSet(text: string): string {
  const plain = unescapeText(text)
    .text.replace("[:upper:]", "A-Z")
    .replace("[:lower:]", "a-z")
    .replace("[:digit:]", "0-9")
    .replace("[:space:]", " \t\n\r");
  return plain.replace(/(.)-(.)/gs, (_, from: string, to: string) => {
    const first = from.charCodeAt(0);
    return String.fromCharCode(
      ...Array.from({ length: Math.max(0, to.charCodeAt(0) - first) + 1 }, (__, index) => first + index),
    );
  });
}
