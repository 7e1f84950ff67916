/**
 * What `kubectl get … -o yaml` (or json) prints of many objects is one document, larger than any manifest. Each of its
 * items is read as a document of its own, at the line where it stands.
 */
import type { FileText } from "../../analysis/manifests.ts";
import { atLine } from "../report/place.ts";

/** As it is where it is no List in the form that kubectl prints. */
export function itemsOf({ uri, text }: FileText): readonly FileText[] {
  const items = yamlItems(text) ?? jsonItems(text);
  return items === undefined
    ? [{ uri, text }]
    : items.map((item) => ({ uri: atLine(uri, item.line), text: item.text }));
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

/** Items are the values one level below the list. */
function jsonItems(text: string): readonly Item[] | undefined {
  const head = JSON_HEAD.exec(text)?.[0];
  if (head === undefined) return undefined;
  const items: Item[] = [];
  let depth = 0;
  let start = 0;
  let line = linesIn(head);
  let counted = head.length;
  // A text, or one character that opens or closes something.
  for (const { 0: token, index } of text.slice(head.length).matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    const at = head.length + index;
    if (token === "{" || token === "[") {
      if (depth === 0) {
        line += linesIn(text.slice(counted, at));
        counted = at;
        start = at;
      }
      depth += 1;
    } else if (token === "}" || token === "]") {
      depth -= 1;
      if (depth < 0) return JSON_KIND.test(head + text.slice(at)) ? items : undefined;
      if (depth === 0) items.push({ text: indented(text, start, at + 1), line });
    }
  }
  // It ends in the middle: the reader says where.
  return undefined;
}

/** Columns stay where they are. */
function indented(text: string, start: number, end: number): string {
  return " ".repeat(start - (text.lastIndexOf("\n", start) + 1)) + text.slice(start, end);
}

function linesIn(text: string): number {
  return text.split("\n").length - 1;
}
