/** What is asked of a document after it was read: its objects as JSON, and where their fields stand. */
import { type Pointer, under } from "../mesh/resources/meta.ts";
import { headOf } from "./decode/decode.ts";
import { cachedMarks, cachedTree, type KeptDocument, openedDocument } from "./document-cache.ts";
import type { JsonObject, ManifestDocument } from "./manifest.ts";
import type { FieldSpans, Span } from "./problem.ts";
import { spansAt } from "./yaml/locate.ts";
import { spansByMarks } from "./yaml/spans.ts";

/**
 * The objects as JSON, as kubectl would send them. None where a template makes them or where they could not be read
 * wholly: nobody knows what would be sent.
 */
export function jsonOf({ content }: ManifestDocument): readonly JsonObject[] {
  const { unasked } = content;
  content.unasked = undefined;
  if (!isWhole(content.reading)) return [];
  const { value } = unasked ?? openedDocument(content.cache, content.text);
  return objectsOf(value).map(({ at, value }) => ({ pointer: at, value }));
}

/** Spans of a field by its pointer from the root of the document, or undefined where there is no such field. */
export function spansIn(document: ManifestDocument | undefined, pointer: Pointer): FieldSpans | undefined {
  if (document === undefined) return undefined;
  const { content, span } = document;
  const { cache, text } = content;
  const marks = cachedMarks(cache, text);
  const quick = marks === undefined ? "doubt" : spansByMarks(text, marks, pointer);
  const tree = quick === "doubt" ? cachedTree(cache, text) : undefined;
  const spans = quick === "doubt" ? tree && spansAt(tree, pointer) : quick;
  return (
    spans && { ...(spans.key && { key: shifted(spans.key, span.start) }), value: shifted(spans.value, span.start) }
  );
}

export function shifted(span: Span, by: number): Span {
  return { start: span.start + by, end: span.end + by };
}

export interface ObjectAt {
  readonly at: Pointer;
  readonly value: unknown;
}

/** A document is one object, or a List of objects. Items of a typed list (`PodList`) inherit its kind and version. */
export function objectsOf(value: unknown): readonly ObjectAt[] {
  const head = headOf(value);
  if (!head) return [];
  const { items } = value as { readonly items?: unknown };
  if (!head.kind.endsWith("List") || !Array.isArray(items)) return [{ at: "", value }];
  const typed = head.kind === "List" ? {} : { apiVersion: head.apiVersion, kind: head.kind.slice(0, -"List".length) };
  return items.map((item: unknown, index) => ({
    at: under("", "items", index),
    value: headOf(item) || typeof item !== "object" || item === null ? item : inheriting(item, typed),
  }));
}

/** The last of duplicate keys counts, so they leave no doubt about the value. */
function isWhole({ templated, problems }: KeptDocument["reading"]): boolean {
  return !templated && problems.every(({ code }) => code === "duplicate-key" || code === "not-an-object");
}

/** Keeps the marks of an incomplete map, which copying would lose. */
function inheriting(item: object, typed: object): object {
  const copy = Object.create(null, Object.getOwnPropertyDescriptors(item)) as object;
  return Object.assign(copy, typed);
}
