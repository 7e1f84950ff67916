/**
 * The objects of a file as JSON, as kubectl would send them: for those who judge what the API server is given. Documents that
 * a template makes, that have syntax errors or that are too large are left out: nobody knows what would be sent.
 */
import { type Pointer, under } from "../mesh/resources/meta.ts";
import { headOf } from "./decode/decode.ts";
import type { DocumentReading } from "./document.ts";
import { cachedDocument, type DocumentCache, documentCache } from "./document-cache.ts";
import { splitDocuments } from "./yaml/split.ts";

export interface JsonObject {
  /** 0-based index of the document in the file. */
  readonly document: number;
  /** From the root of the document to the object: `/items/3` in a List. */
  readonly pointer: Pointer;
  readonly value: unknown;
}

export function jsonObjects(text: string, cache: DocumentCache = documentCache()): readonly JsonObject[] {
  return splitDocuments(text).flatMap(({ start, end }, document) => {
    const { reading } = cachedDocument(cache, text.slice(start, end));
    return isWhole(reading) ? objectsOf(reading.value).map((object) => ({ document, ...object })) : [];
  });
}

/** The last of duplicate keys counts, so they leave no doubt about the value. */
function isWhole({ templated, problems }: DocumentReading): boolean {
  return !templated && problems.every(({ code }) => code === "duplicate-key" || code === "not-an-object");
}

function objectsOf(value: unknown): readonly Omit<JsonObject, "document">[] {
  const head = headOf(value);
  if (!head) return [];
  const { items } = value as { readonly items?: unknown };
  if (!head.kind.endsWith("List") || !Array.isArray(items)) return [{ pointer: "", value }];
  return items.map((item: unknown, index) => ({ pointer: under("", "items", index), value: item }));
}
