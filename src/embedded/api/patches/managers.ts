/** Who owns which field of an object: `metadata.managedFields`. Go: structured-merge-diff merge/update.go. */
import { equal, isMap, listOf, mapsOf, textOf } from "../json.ts";
import type { Kind } from "../kinds/kind.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";
import type { WriteOptions } from "../resources.ts";
import { schemaOf } from "../schemas/schema.ts";
import { timestamp } from "../timestamp.ts";
import { type Node, nodesOf } from "./fields/nodes.ts";
import { fieldsV1, type Paths, pathOf, pathsOf, same, union, without } from "./fields/paths.ts";

export interface Manager {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly time: string;
  readonly subresource?: string;
  readonly paths: Paths;
}

export function managersOf({ metadata }: KubernetesObject): readonly Manager[] {
  return mapsOf(metadata.managedFields).map((entry) => ({
    manager: textOf(entry.manager),
    operation: entry.operation === "Apply" ? "Apply" : "Update",
    apiVersion: textOf(entry.apiVersion),
    time: textOf(entry.time),
    ...(typeof entry.subresource === "string" ? { subresource: entry.subresource } : {}),
    paths: pathsOf(entry.fieldsV1),
  }));
}

/** Those who own nothing are dropped; those who apply come first. */
export function withManagers(object: KubernetesObject, managers: readonly Manager[]): KubernetesObject {
  const { managedFields: _, ...metadata } = object.metadata;
  const entries = managers
    .filter(({ paths }) => paths.size > 0)
    .toSorted(byOperationAndTime)
    .map(entryOf);
  return { ...object, metadata: entries.length === 0 ? metadata : { ...metadata, managedFields: entries } };
}

function byOperationAndTime(a: Manager, b: Manager): number {
  const key = ({ operation, time, manager }: Manager) => `${operation} ${time} ${manager}`;
  return key(a) < key(b) ? -1 : 1;
}

function entryOf({ manager, operation, apiVersion, time, subresource, paths }: Manager): JsonMap {
  const head = { manager, operation, apiVersion, time, fieldsType: "FieldsV1", fieldsV1: fieldsV1(paths) };
  return subresource === undefined ? head : { ...head, subresource };
}

/** A write that is no apply: what it changes is its manager's, and nobody else's any more. */
export function recordUpdate(
  kind: Kind,
  after: KubernetesObject,
  before: KubernetesObject | undefined,
  { fieldManager, subresource }: WriteOptions,
  now: number,
): KubernetesObject {
  if (fieldManager === undefined) return after;
  const cleared =
    Array.isArray(after.metadata.managedFields) &&
    listOf(after.metadata.managedFields).every((each) => equal(each, {}));
  const known = before && !cleared ? managersOf(before) : [];
  const { changed, removed } = compared(kind, before, after);
  const sub = subresource === "status" || subresource === "scale" ? { subresource } : {};
  const identity = { manager: fieldManager, operation: "Update", apiVersion: after.apiVersion, ...sub } as const;
  const own = known.find((each) => isSame(each, identity));
  const paths = union(without(own?.paths ?? new Set(), removed), changed);
  const time = own && same(own.paths, paths) ? own.time : timestamp(now);
  const others = known
    .filter((each) => each !== own)
    .map((each) => ({ ...each, paths: without(each.paths, removed, changed) }));
  return withManagers(after, [...others, { ...identity, time, paths }]);
}

export function isSame(a: Omit<Manager, "paths" | "time">, b: Omit<Manager, "paths" | "time">): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.apiVersion === b.apiVersion &&
    a.subresource === b.subresource
  );
}

function compared(kind: Kind, before: KubernetesObject | undefined, after: KubernetesObject) {
  const schema = schemaOf(kind, after.apiVersion.split("/").at(-1) ?? "");
  const old = before ? nodesOf(schema, before) : new Map<string, Node>();
  const fresh = nodesOf(schema, after);
  const changed = [...fresh.values()].filter(
    (node) => isOwned(kind, node) && differs(old.get(pathOf(node.elements)), node),
  );
  const removed = [...old.keys()].filter((path) => !fresh.has(path));
  return { changed: new Set(changed.map(({ elements }) => pathOf(elements))), removed: new Set(removed) };
}

function differs(old: Node | undefined, node: Node): boolean {
  return old === undefined || (node.leaf && !equal(old.value, node.value));
}

/** Structs that are no pointers in Go are always there, so nobody adds them. */
const ALWAYS = ["metadata", "spec", "status", "template", "strategy", "updateStrategy", "jobTemplate", "loadBalancer"];

function isOwned({ origin }: Kind, { elements, value, leaf }: Node): boolean {
  if (elements.some((element) => !element.startsWith("f:"))) return true;
  const last = elements.at(-1)?.slice(2) ?? "";
  if (!isMap(value) || (leaf && Object.keys(value).length > 0)) return true;
  return origin === "crd" ? elements.length > 1 || last !== "metadata" : !ALWAYS.includes(last);
}
