/** Adds an entry to a map in the style of the map, with the maps above it where they are missing. */
import { isMap, isScalar, type Node, type YAMLMap } from "yaml";
import { type Pointer, under } from "../../mesh/resources/meta.ts";
import type { ManifestDocument } from "../manifest.ts";
import { afterColon, type Place, placeOf, spanOf, tokensOf } from "../yaml/locate.ts";
import { resolve } from "../yaml/tree.ts";
import { type Edit, type Editable, editable, lineEnd, lineStart, replace } from "./edit.ts";
import { setPlace } from "./set-value.ts";

/** YAML source of a scalar, or the entries of a map. */
export type EntryValue = string | { readonly [key: string]: EntryValue };

/**
 * An entry that is there already gets the new value; a map that is there gets the new entries.
 * Empty where something else than a map stands in the way.
 */
export function addEntry(
  document: ManifestDocument,
  text: string,
  map: Pointer,
  key: string,
  value: EntryValue,
): readonly Edit[] {
  const on = editable(document, text);
  return on ? addTo(on, map, key, value) : [];
}

function addTo(on: Editable, map: Pointer, key: string, value: EntryValue): readonly Edit[] {
  const place = placeOf(on.tree, map);
  const last = tokensOf(map).at(-1);
  if (!place) return last === undefined ? [] : addTo(on, parentOf(map), last, { [key]: value });
  const node = resolve(on.tree, place.node);
  if (isMap(node)) return addToMap(on, node, under(map, key), key, value);
  return isEmpty(node) && place.key ? [fillEmpty(on, place, place.key, { [key]: value })] : [];
}

function addToMap(on: Editable, map: YAMLMap, pointer: Pointer, key: string, value: EntryValue): readonly Edit[] {
  const existing = placeOf(on.tree, pointer);
  if (!existing) return [map.flow ? insertInFlow(on, map, key, value) : insertInBlock(on, map, key, value)];
  if (typeof value === "string") return [setPlace(on, existing, value)];
  return Object.entries(value).flatMap(([name, inner]) => addTo(on, pointer, name, inner));
}

function insertInFlow(on: Editable, map: YAMLMap, key: string, value: EntryValue): Edit {
  const { text } = on.tree;
  const span = spanOf(on.tree, map);
  const inside = text.slice(span.start + 1, span.end - 1).trimEnd();
  const at = span.start + 1 + inside.length;
  const lead = inside === "" ? "" : inside.endsWith(",") ? " " : ", ";
  return replace(on, { start: at, end: at }, `${lead}${key}: ${flow(value)}`);
}

/** Behind the last entry, in the column of the first. */
function insertInBlock(on: Editable, map: YAMLMap, key: string, value: EntryValue): Edit {
  const { text } = on.tree;
  const first = map.items[0]?.key as Node;
  const column = columnOf(text, spanOf(on.tree, first).start);
  const at = lineEnd(text, spanOf(on.tree, map).end);
  return replace(on, { start: at, end: at }, block(on, { [key]: value }, column));
}

/** `labels:` without a value, or `labels: null`, becomes a block below its key. */
function fillEmpty(on: Editable, place: Place, key: Node, value: EntryValue): Edit {
  const { text } = on.tree;
  const { start, end } = spanOf(on.tree, key);
  const colon = afterColon(on.tree, { start, end });
  const node = resolve(on.tree, place.node);
  const written = isScalar(node) ? spanOf(on.tree, node) : { start: colon, end: colon };
  const inner = columnOf(text, start) + indentStep(on);
  if (written.end > written.start) {
    return replace(on, { start: colon, end: lineEnd(text, written.end) }, block(on, value, inner));
  }
  const at = lineEnd(text, colon);
  return replace(on, { start: at, end: at }, block(on, value, inner));
}

function block(on: Editable, value: EntryValue, column: number): string {
  if (typeof value === "string") return ` ${value}`;
  return Object.entries(value)
    .map(([key, inner]) => `${on.lineBreak}${" ".repeat(column)}${key}:${block(on, inner, column + indentStep(on))}`)
    .join("");
}

function flow(value: EntryValue): string {
  if (typeof value === "string") return value;
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}: ${flow(inner)}`)
    .join(", ")}}`;
}

/** The document's own step between levels, two where it has none. */
function indentStep(on: Editable): number {
  return (
    /^[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( +)[^\s#-]/m.exec(on.tree.text)?.[1]?.length ??
    2
  );
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && /^(?:~|null|)$/i.test(String(node.value)));
}

function parentOf(pointer: Pointer): Pointer {
  return pointer.slice(0, pointer.lastIndexOf("/"));
}
