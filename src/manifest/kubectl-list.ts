/**
 * What `kubectl get … -o yaml` (or json) prints of many objects is one document, longer than any that a person writes.
 * Each of its items is read as a document of its own, where it stands; and after an edit only the item that changed.
 */
import type { Span } from "./problem.ts";
import { BUDGET } from "./yaml/budget.ts";

/** A part of the file that is read on its own: its text is as long as the span, so that offsets stay. */
export interface Part {
  readonly span: Span;
  readonly text: string;
}

/** A shorter document cannot have too many values, however short they are: it is read as it is. */
const LONG = 4 * BUDGET.nodes;

/** The items of a long List in the form that kubectl prints; anything else is one part. */
export function partsOf(file: string, span: Span): readonly Part[] {
  const text = file.slice(span.start, span.end);
  const whole = [{ span, text }];
  if (text.length < LONG) return whole;
  const items = yamlItems(text) ?? jsonItems(text);
  if (items === undefined || items.length === 0) return whole;
  return items.map(({ start, end }) => ({
    span: { start: span.start + start, end: span.start + end },
    // Items begin with a dash in the first column; a blank instead of it leaves every column where it is.
    text: text.startsWith("- ", start) ? ` ${text.slice(start + 1, end)}` : text.slice(start, end),
  }));
}

const YAML_HEAD = /^(?:---\r?\n)?(?:#.*\r?\n)*apiVersion: v1\r?\nitems:\r?\n/;
/** Another key than those that kubectl prints behind the items: such a List is not for us to take apart. */
const OTHER_KEY = /^(?!kind: List\s|metadata:)\S/m;
const JSON_HEAD = /^\s*\{(?:\s*"(?:apiVersion|kind)": ?"\w+",)*\s*"items": ?\[/;
/** In a list of another kind the items do not say what they are. */
const JSON_KIND = /"kind": ?"List"/;

function yamlItems(text: string): readonly Span[] | undefined {
  const begin = YAML_HEAD.exec(text)?.[0].length;
  const end = begin === undefined ? -1 : text.indexOf("\nkind: List", begin) + 1;
  if (begin === undefined || end <= 0 || OTHER_KEY.test(text.slice(end))) return undefined;
  const items = text.slice(begin, end);
  // Between the items nothing else may stand in the first column.
  if (/^[^\s-]/m.test(items)) return undefined;
  const starts = [...items.matchAll(/^- /gm)].map(({ index }) => begin + index);
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? end }));
}

function jsonItems(text: string): readonly Span[] | undefined {
  const head = JSON_HEAD.exec(text)?.[0];
  const list = head === undefined ? undefined : valuesFrom(text, head.length);
  if (head === undefined || list === undefined || !JSON_KIND.test(head + text.slice(list.end))) return undefined;
  return list.values;
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
