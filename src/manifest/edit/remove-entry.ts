/** Takes an entry out of its map, with its own comment on the line. */
import { isMap, type Node, type Pair, type YAMLMap } from "yaml";
import type { Pointer } from "../../mesh/resources/meta.ts";
import type { ManifestDocument } from "../manifest.ts";
import type { Span } from "../problem.ts";
import { afterColon, placeOf, spanOf, spansOf } from "../yaml/locate.ts";
import { type Edit, type Editable, editable, lineEnd, lineStart, replace } from "./edit.ts";

/** Empty for list items and fields that are not there. */
export function removeEntry(document: ManifestDocument, text: string, pointer: Pointer): readonly Edit[] {
  const on = editable(document, text);
  const place = on && placeOf(on.tree, pointer);
  if (!on || !place?.key || !isMap(place.parent)) return [];
  const index = place.parent.items.findIndex((pair) => pair.key === place.key);
  const span = place.parent.flow ? inFlow(on, place.parent, index) : inBlock(on, place.parent, index);
  return [replace(on, span, place.parent.items.length === 1 && !place.parent.flow ? "{}" : "")];
}

/** With the comma behind it, or the one before the last. */
function inFlow(on: Editable, map: YAMLMap, index: number): Span {
  const { start, end } = entrySpan(on, map.items[index]);
  const next = map.items[index + 1];
  if (next) return { start, end: entrySpan(on, next).start };
  const before = map.items[index - 1];
  return { start: before ? entrySpan(on, before).end : start, end };
}

/** Whole lines; an entry behind a dash gives its place to the next one. The only entry leaves `{}`. */
function inBlock(on: Editable, map: YAMLMap, index: number): Span {
  const { text } = on.tree;
  const { start, end } = entrySpan(on, map.items[index]);
  if (map.items.length === 1) return { start, end };
  const line = lineStart(text, start);
  const next = map.items[index + 1];
  if (text.slice(line, start).trim() !== "" && next) return { start, end: entrySpan(on, next).start };
  const lastLine = lineEnd(text, end);
  const lineBreak = /^\r?\n/.exec(text.slice(lastLine, lastLine + 2))?.[0].length ?? 0;
  return { start: line, end: lastLine + lineBreak };
}

function entrySpan(on: Editable, pair: Pair | undefined): Span {
  const { key, value } = spansOf(on.tree, { node: pair?.value, ...(pair?.key ? { key: pair.key as Node } : {}) });
  const start = key?.start ?? value.start;
  const own = pair?.value ? spanOf(on.tree, pair.value as Node) : value;
  return { start, end: Math.max(key ? afterColon(on.tree, key) : 0, own.end) };
}
