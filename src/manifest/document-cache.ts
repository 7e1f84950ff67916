/**
 * What was read of documents, kept by their text: after an edit only the document that changed is read again.
 * Bounded by characters; what was used longest ago goes first.
 */
import type { Source } from "../mesh/resources/meta.ts";
import type { Resource } from "../mesh/resources/resource.ts";
import { nothingShared, type Shared } from "./decode/compact.ts";
import type { Where } from "./decode/meta.ts";
import { type DocumentReading, readDocumentTree, readPlainDocument, readThroughTree } from "./document.ts";
import type { ManifestProblem } from "./problem.ts";
import { type Marks, readMarks } from "./yaml/spans.ts";
import type { Tree } from "./yaml/tree.ts";

/** The only state in this folder; lives as long as the reader of files. */
export interface DocumentCache {
  readonly documents: Kept<KeptDocument>;
  /** Where fields stand: half as large as the texts. */
  readonly marks: Kept<{ readonly marks: Marks | undefined }>;
  /** Trees are fifteen times as large as values: only the last ones are kept. */
  readonly trees: Kept<{ readonly tree: Tree | undefined }>;
  /** What documents have in common; whoever has read many of them begins anew. */
  shared: Shared;
  /** How many texts were parsed for their value. */
  parsed: number;
}

export interface KeptDocument {
  readonly reading: Omit<DocumentReading, "value">;
  /** Values are larger than what is made of them: those that are read quickly are not kept, and read again. */
  readonly slow?: { readonly value: unknown };
  /** What was decoded from it last, for one place in one file. */
  content: DocumentContent | undefined;
}

/** What was made of a document. As long as its text and its place stay, so does this object. */
export interface DocumentContent {
  readonly text: string;
  readonly cache: DocumentCache;
  readonly reading: KeptDocument["reading"];
  readonly place: Source;
  readonly namespace: Where["namespace"];
  readonly resources: readonly Resource[];
  /** What is wrong with objects that are none. */
  readonly nameless: readonly ManifestProblem[];
  /** The value that is to be asked for soon, until it is. */
  unasked: { readonly value: unknown } | undefined;
}

/** Values by text, in the order of their last use. */
interface Kept<V> {
  readonly byText: Map<string, V>;
  /** How many characters the texts may have together. */
  readonly capacity: number;
  characters: number;
}

export function documentCache(capacity = 32_000_000): DocumentCache {
  return {
    documents: kept(capacity),
    marks: kept(Math.min(capacity, 8_000_000)),
    trees: kept(Math.min(capacity, 100_000)),
    shared: nothingShared(),
    parsed: 0,
  };
}

/** What is kept of the text, as used last. */
export function knownDocument(cache: DocumentCache, text: string): KeptDocument | undefined {
  const known = cache.documents.byText.get(text);
  return known && take(cache.documents, text, () => known);
}

/** The document with its value at hand. */
export function openedDocument(cache: DocumentCache, text: string) {
  const known = knownDocument(cache, text);
  if (known?.slow !== undefined) return { kept: known, value: known.slow.value };
  const { kept, value } = keptDocument(text);
  if (known === undefined) cache.parsed++;
  return { kept: take(cache.documents, text, () => kept), value };
}

/** Undefined where the tree has to be asked. */
export function cachedMarks(cache: DocumentCache, text: string): Marks | undefined {
  return take(cache.marks, text, () => ({ marks: readMarks(text) })).marks;
}

export function cachedTree(cache: DocumentCache, text: string): Tree | undefined {
  return take(cache.trees, text, () => ({ tree: readDocumentTree(text) })).tree;
}

function keptDocument(text: string): { readonly kept: KeptDocument; readonly value: unknown } {
  const plain = readPlainDocument(text);
  const { value, ...reading } = plain ?? readThroughTree(text);
  if (plain === undefined) return { kept: { reading, slow: { value }, content: undefined }, value };
  return { kept: { reading: reading.problems.length === 0 ? NOTHING_WRONG : reading, content: undefined }, value };
}

/** Of almost every document. */
const NOTHING_WRONG: KeptDocument["reading"] = { templated: false, uncertain: [], problems: [] };

function kept<V>(capacity: number): Kept<V> {
  return { byText: new Map(), capacity, characters: 0 };
}

/** Maps keep the order of insertion: the youngest stands last, and is kept whatever its size. */
function take<V>(from: Kept<V>, text: string, make: () => V): V {
  const known = from.byText.get(text);
  const value = known ?? make();
  from.byText.delete(text);
  from.byText.set(text, value);
  if (known === undefined) from.characters += text.length;
  if (from.characters > from.capacity) evict(from);
  return value;
}

function evict<V>(from: Kept<V>): void {
  for (const oldest of from.byText.keys()) {
    if (from.characters <= from.capacity || from.byText.size === 1) return;
    from.byText.delete(oldest);
    from.characters -= oldest.length;
  }
}
