/** Reads a YAML (or JSON) file: its objects, what is wrong in it, and where every field stands. Total: never throws. */
import { type Gap, type Pointer, type Source, under } from "../mesh/resources/meta.ts";
import type { Resource } from "../mesh/resources/resource.ts";
import { decodeResource, headOf, isKnown } from "./decode/decode.ts";
import type { Where } from "./decode/meta.ts";
import { type DocumentReading, readYaml } from "./document.ts";
import {
  cachedMarks,
  cachedTree,
  type Decoded,
  type DocumentCache,
  documentCache,
  type KeptDocument,
  knownDocument,
  openedDocument,
} from "./document-cache.ts";
import { partsOf } from "./kubectl-list.ts";
import type { FieldSpans, JsonObject, Manifest, ManifestDocument, ManifestProblem, Span } from "./manifest.ts";
import type { LineProblem } from "./repair/gateway.ts";
import { nameless } from "./repair/nameless.ts";
import { spansAt, tokensOf } from "./yaml/locate.ts";
import { spansByMarks } from "./yaml/spans.ts";
import { splitDocuments } from "./yaml/split.ts";
import type { Tree } from "./yaml/tree.ts";

export interface ReadOptions {
  /** Namespace that a setting gives to objects that name none; `""` when nobody said. */
  readonly defaultNamespace: string;
  /** Namespace that a kustomization gives to objects of this file. It wins over the setting. */
  readonly kustomizationNamespace?: string;
  /** Shared between files and edits, so that only changed documents are parsed. */
  readonly cache?: DocumentCache;
}

/** One list for all that have nothing in it. */
const NONE: readonly never[] = [];

export function readManifest(uri: string, text: string, options: ReadOptions): Manifest {
  const cache = options.cache ?? documentCache();
  const namespace = namespaceOf(options);
  const parts = splitDocuments(text).flatMap((span) => partsOf(text, span));
  const documents = parts.map(({ span, text: own }, index): ManifestDocument => {
    const { reading, decoded } = readOne(cache, own, { uri, document: index }, namespace);
    const { templated, problems } = reading;
    const { resources, nameless, json } = decoded;
    const isSound = problems.length + nameless.length === 0;
    const found = isSound ? NONE : [...problems, ...nameless].map((problem) => placed(problem, text, span.start));
    const locateField = (pointer: Pointer) => locate(cache, own, span.start, pointer);
    return { index, span, templated, resources, problems: found, json, locate: locateField };
  });
  return { uri, documents };
}

/** Decoding depends on the place too; a document that moved to another place is decoded again. */
function readOne(
  cache: DocumentCache,
  text: string,
  place: Omit<Source, "pointer">,
  namespace: Where["namespace"],
): Required<Pick<KeptDocument, "reading" | "decoded">> {
  const known = knownDocument(cache, text);
  if (known?.decoded !== undefined && isAt(known.decoded, place, namespace)) {
    return { reading: known.reading, decoded: known.decoded };
  }
  const { kept, value } = openedDocument(cache, text);
  const { reading } = kept;
  const objects = objectsOf(value);
  const resources = objects.flatMap((object) => {
    const source = { ...place, pointer: object.at };
    return decodeResource(object.value, { source, namespace, readYaml }, gapsOf(reading, object.at)) ?? [];
  });
  const isSound = !reading.templated && reading.problems.length === 0 && resources.length < objects.length;
  const nameless = isSound ? namelessProblems(objects, resources, cachedTree(cache, text)) : NONE;
  const json = () => (isWhole(reading) ? jsonOf(openedDocument(cache, text).value) : []);
  kept.decoded = { place, namespace, resources: resources.slice(), nameless, json };
  return { reading, decoded: kept.decoded };
}

function isAt(decoded: Decoded, { uri, document }: Decoded["place"], { name, from }: Where["namespace"]): boolean {
  const { place, namespace } = decoded;
  return place.uri === uri && place.document === document && namespace.name === name && namespace.from === from;
}

function namespaceOf(options: ReadOptions): Where["namespace"] {
  if (options.kustomizationNamespace) return { name: options.kustomizationNamespace, from: "kustomization" };
  if (options.defaultNamespace) return { name: options.defaultNamespace, from: "setting" };
  return { name: "default", from: "assumed" };
}

interface ObjectAt {
  readonly at: Pointer;
  readonly value: unknown;
}

/** A document is one object, or a List of objects. Items of a typed list (`PodList`) inherit its kind and version. */
function objectsOf(value: unknown): readonly ObjectAt[] {
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
function jsonOf(value: unknown): readonly JsonObject[] {
  return objectsOf(value).map((object) => ({ pointer: object.at, value: object.value }));
}

function isWhole({ templated, problems }: KeptDocument["reading"]): boolean {
  return !templated && problems.every(({ code }) => code === "duplicate-key" || code === "not-an-object");
}

/** Keeps the marks of an incomplete map, which copying would lose. */
function inheriting(item: object, typed: object): object {
  const copy = Object.create(null, Object.getOwnPropertyDescriptors(item)) as object;
  return Object.assign(copy, typed);
}

/** Gaps of one object from lines of template actions: around it, or inside it. */
function gapsOf(reading: Pick<DocumentReading, "uncertain">, at: Pointer): readonly Gap[] {
  const around = (pointer: Pointer) => at === pointer || at.startsWith(`${pointer}/`);
  return reading.uncertain.flatMap((pointer): readonly Gap[] => {
    if (!around(pointer) && !pointer.startsWith(`${at}/`)) return [];
    const says = "has entries that a template adds or leaves out";
    const inner = around(pointer) ? "" : pointer.slice(at.length);
    return [{ pointer: inner, why: "templated", says: `${tokensOf(inner).at(-1) ?? "the object"} ${says}` }];
  });
}

/** kubectl refuses an object without a name; for kinds that decide about the mesh that is worth a word. */
function namelessProblems(
  objects: readonly ObjectAt[],
  resources: readonly Resource[],
  tree: Tree | undefined,
): readonly ManifestProblem[] {
  const named = new Set(resources.map(({ source }) => source.pointer));
  return objects.flatMap(({ at, value }): readonly ManifestProblem[] => {
    const head = headOf(value);
    return head && isKnown(head) && !named.has(at) ? [nameless(head.kind, at, tree)] : [];
  });
}

function locate(cache: DocumentCache, text: string, offset: number, pointer: Pointer): FieldSpans | undefined {
  const marks = cachedMarks(cache, text);
  const quick = marks === undefined ? "doubt" : spansByMarks(text, marks, pointer);
  const tree = quick === "doubt" ? cachedTree(cache, text) : undefined;
  const spans = quick === "doubt" ? tree && spansAt(tree, pointer) : quick;
  return spans && { ...(spans.key && { key: shifted(spans.key, offset) }), value: shifted(spans.value, offset) };
}

/** A problem of a document, at its place in the file. */
function placed(problem: ManifestProblem | LineProblem, text: string, offset: number): ManifestProblem {
  const lineOf = (at: number) => text.slice(0, at + offset).split(/\r\n|\n|\r/).length;
  const says = typeof problem.says === "string" ? problem.says : problem.says(lineOf);
  return { ...problem, says, span: shifted(problem.span, offset) };
}

function shifted(span: Span, by: number): Span {
  return { start: span.start + by, end: span.end + by };
}
