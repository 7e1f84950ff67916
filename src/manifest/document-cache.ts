/**
 * What was read of documents, kept by their text: after an edit only the document that changed is read again.
 * Bounded by characters; what was used longest ago goes first.
 */
import type { Resource } from "../mesh/resources/resource.ts";
import { type DocumentReading, readDocument, readDocumentTree } from "./document.ts";
import type { Tree } from "./yaml/tree.ts";

export interface DocumentCache {
  readonly documents: Map<string, KeptDocument>;
  /** Trees are fifteen times as large as values: only those of the documents at hand are kept. */
  readonly trees: Map<string, Tree | undefined>;
  readonly capacity: number;
  kept: number;
  /** How many texts were parsed for their value. */
  parsed: number;
}

export interface KeptDocument {
  readonly reading: DocumentReading;
  /** What was decoded from it last, for one place in one file. */
  decoded?: { readonly where: string; readonly resources: readonly Resource[] };
}

const TREES_KEPT = 16;

export function documentCache(capacity = 32_000_000): DocumentCache {
  return { documents: new Map(), trees: new Map(), capacity, kept: 0, parsed: 0 };
}

export function cachedDocument(cache: DocumentCache, text: string): KeptDocument {
  const known = cache.documents.get(text);
  if (known) {
    touch(cache.documents, text, known);
    return known;
  }
  const kept = { reading: readDocument(text) };
  cache.parsed++;
  cache.documents.set(text, kept);
  cache.kept += text.length;
  for (const oldest of cache.documents.keys()) {
    if (cache.kept <= cache.capacity) break;
    cache.documents.delete(oldest);
    cache.kept -= oldest.length;
  }
  return kept;
}

export function cachedTree(cache: DocumentCache, text: string): Tree | undefined {
  const known = cache.trees.get(text);
  const tree = known ?? (cache.trees.has(text) ? undefined : readDocumentTree(text));
  touch(cache.trees, text, tree);
  for (const oldest of cache.trees.keys()) {
    if (cache.trees.size <= TREES_KEPT) break;
    cache.trees.delete(oldest);
  }
  return tree;
}

/** Maps keep the order of insertion: the youngest stands last. */
function touch<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
}
