/** Reads a YAML (or JSON) file: its objects, what is wrong in it, and where every field stands. Total: never throws. */
import type { Gap, Pointer, Source } from "../mesh/resources/meta.ts";
import type { Resource } from "../mesh/resources/resource.ts";
import { type ObjectAt, objectsOf, shifted } from "./content.ts";
import { compact, detached } from "./decode/compact.ts";
import { decodeResource, headOf, isKnown } from "./decode/decode.ts";
import type { Where } from "./decode/meta.ts";
import { type DocumentReading, readYaml } from "./document.ts";
import {
  cachedTree,
  type DocumentCache,
  type DocumentContent,
  documentCache,
  knownDocument,
  openedDocument,
} from "./document-cache.ts";
import { partsOf } from "./kubectl-list.ts";
import type { Manifest, ManifestDocument } from "./manifest.ts";
import type { ManifestProblem } from "./problem.ts";
import type { LineProblem } from "./repair/gateway.ts";
import { nameless } from "./repair/nameless.ts";
import { tokensOf } from "./yaml/locate.ts";
import { splitDocuments } from "./yaml/split.ts";
import type { Tree } from "./yaml/tree.ts";

export interface ReadOptions {
  /** Namespace that a setting gives to objects that name none; `""` when nobody said. */
  readonly defaultNamespace: string;
  /** Namespace that a kustomization gives to objects of this file. It wins over the setting. */
  readonly kustomizationNamespace?: string;
  /** Kinds whose JSON is asked for as soon as they are read: it is kept until then, and not read twice. */
  readonly isAskedFor?: (kind: string) => boolean;
  /** Shared between files and edits, so that only changed documents are parsed. */
  readonly cache?: DocumentCache;
}

/** One list for all that have nothing in it. */
const NONE: readonly never[] = [];

export function readManifest(uri: string, text: string, options: ReadOptions): Manifest {
  const cache = options.cache ?? documentCache();
  const namespace = namespaceOf(options);
  const parts = splitDocuments(text).flatMap((span) => partsOf(text, span));
  const documents = parts.map(({ span, text: part }, index): ManifestDocument => {
    const own = isMuchLarger(text, part) && knownDocument(cache, part) === undefined ? detached(part) : part;
    const content = readOne(cache, own, { uri, document: index, pointer: "" }, namespace, options.isAskedFor);
    const { resources, nameless } = content;
    const { templated, problems } = content.reading;
    const isSound = problems.length + nameless.length === 0;
    const found = isSound ? NONE : [...problems, ...nameless].map((problem) => placed(problem, text, span.start));
    return { index, span, templated, resources, problems: found, content };
  });
  return { uri, documents };
}

/** Then the file would stay in memory for what is remembered of this part of it, in as many versions as are typed. */
function isMuchLarger(file: string, part: string): boolean {
  return file.length > 8 * part.length;
}

/** Decoding depends on the place too; a document that moved to another place is decoded again. */
function readOne(
  cache: DocumentCache,
  text: string,
  place: Source,
  namespace: Where["namespace"],
  isAskedFor: ReadOptions["isAskedFor"] = () => false,
): DocumentContent {
  const known = knownDocument(cache, text)?.content;
  if (known !== undefined && isAt(known, place, namespace)) return known;
  const { kept, value } = openedDocument(cache, text);
  const { reading } = kept;
  const objects = objectsOf(value);
  const resources = objects.flatMap((object) => {
    const source = object.at === "" ? place : { uri: place.uri, document: place.document, pointer: object.at };
    const resource = decodeResource(object.value, { source, namespace, readYaml }, gapsOf(reading, object.at));
    if (resource !== undefined) compact(resource, cache.shared);
    return resource ?? [];
  });
  const isSound = !reading.templated && reading.problems.length === 0 && resources.length < objects.length;
  const nameless = isSound ? namelessProblems(objects, resources, cachedTree(cache, text)) : NONE;
  const isAsked = !reading.templated && resources.some(({ kind }) => isAskedFor(kind));
  const unasked = isAsked ? { value } : undefined;
  const content = { text, cache, reading, place, namespace, resources: resources.slice(), nameless, unasked };
  kept.content = content;
  return content;
}

function isAt(content: DocumentContent, { uri, document }: Source, { name, from }: Where["namespace"]): boolean {
  const { place, namespace } = content;
  return place.uri === uri && place.document === document && namespace.name === name && namespace.from === from;
}

function namespaceOf(options: ReadOptions): Where["namespace"] {
  if (options.kustomizationNamespace) return { name: options.kustomizationNamespace, from: "kustomization" };
  if (options.defaultNamespace) return { name: options.defaultNamespace, from: "setting" };
  return { name: "default", from: "assumed" };
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

/** A problem of a document, at its place in the file. */
function placed(problem: ManifestProblem | LineProblem, text: string, offset: number): ManifestProblem {
  const lineOf = (at: number) => text.slice(0, at + offset).split(/\r\n|\n|\r/).length;
  const says = typeof problem.says === "string" ? problem.says : problem.says(lineOf);
  return { ...problem, says, span: shifted(problem.span, offset) };
}
