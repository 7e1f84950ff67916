/**
 * What `kubectl get … -o yaml` (or json) prints of many objects is one document, larger than any manifest. Each of its
 * items is read as a document of its own, at the line where it stands.
 */
import type { FileText } from "../../analysis/manifests.ts";
import { atLine } from "../report/place.ts";

/** As it is where it is no List in the form that kubectl prints. */
export function itemsOf({ uri, text }: FileText): readonly FileText[] {
  const items = yamlItems(text) ?? jsonItems(text);
  if (items === undefined || items.length === 0) return [{ uri, text }];
  return items.map((item) => ({ uri: atLine(uri, item.line), text: item.text }));
}

interface Item {
  readonly text: string;
  readonly line: number;
}

const YAML_HEAD = /^(?:#.*\r?\n)*apiVersion: v1\r?\nitems:\r?\n/;
const JSON_HEAD = /^\s*\{(?:\s*"(?:apiVersion|kind)": ?"\w+",)*\s*"items": ?\[/;
/** In a list of another kind the items do not say what they are. */
const JSON_KIND = /"kind": ?"List"/;

/** Items begin with a dash in the first column; a blank instead of it leaves every column where it is. */
function yamlItems(text: string): readonly Item[] | undefined {
  const head = YAML_HEAD.exec(text)?.[0];
  if (head === undefined) return undefined;
  const lines = text.split("\n");
  const begin = linesIn(head);
  const end = lines.findIndex((line, index) => index >= begin && /^[^\s-]/.test(line));
  // Another document behind it, or anything else that kubectl does not print, is not for us to take apart.
  const isList = lines[end]?.trimEnd() === "kind: List";
  if (!isList || !lines.slice(end + 1).every((line) => /^(?:metadata:|\s|$)/.test(line))) return undefined;
  const starts = lines.flatMap((line, index) =>
    index >= begin && index < end && line.startsWith("- ") ? [index] : [],
  );
  return starts.map((line, index) => {
    const [first = "", ...rest] = lines.slice(line, starts[index + 1] ?? end);
    return { text: `${[` ${first.slice(1)}`, ...rest].join("\n")}\n`, line };
  });
}

function jsonItems(text: string): readonly Item[] | undefined {
  const head = JSON_HEAD.exec(text)?.[0];
  const list = head === undefined ? undefined : valuesFrom(text, head.length);
  if (head === undefined || list === undefined || !JSON_KIND.test(head + text.slice(list.end))) return undefined;
  let line = 0;
  let counted = 0;
  return list.values.map(({ start, end }) => {
    line += linesIn(text.slice(counted, start));
    counted = start;
    return { text: indented(text, start, end), line };
  });
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The objects of a list that was opened before `from`. Undefined where it ends in the middle: the reader says where. */
function valuesFrom(
  text: string,
  from: number,
): { readonly values: readonly Span[]; readonly end: number } | undefined {
  const values: Span[] = [];
  let depth = 0;
  let start = 0;
  // A text, or one character that opens or closes something.
  for (const { 0: token, index } of text.slice(from).matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    const at = from + index;
    if (token === "{" || token === "[") {
      if (depth === 0) start = at;
      depth += 1;
    } else if (token === "}" || token === "]") {
      depth -= 1;
      if (depth < 0) return { values, end: at };
      if (depth === 0) values.push({ start, end: at + 1 });
    }
  }
  return undefined;
}

/** Columns stay where they are. */
function indented(text: string, start: number, end: number): string {
  return " ".repeat(start - (text.lastIndexOf("\n", start) + 1)) + text.slice(start, end);
}

function linesIn(text: string): number {
  return text.split("\n").length - 1;
}
