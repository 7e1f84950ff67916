/** The fields of an object with their values: what can be owned, and what is compared. */
import { isList, isMap, mapOf } from "../../json.ts";
import type { Json, JsonMap } from "../../object.ts";
import { appliedList, fieldSchema, itemSchema, resolved } from "../../schemas/schema.ts";
import { pathOf } from "./paths.ts";

export interface Node {
  readonly elements: readonly string[];
  readonly value: Json;
  /** Has nothing in it that is owned by itself. */
  readonly leaf: boolean;
  /** Is an entry of a map or an item of a list, not a field that the schema names. */
  readonly entry: boolean;
}

/** Nobody owns these. Kubernetes: apimachinery/pkg/util/managedfields/internal/stripmeta.go. */
const UNOWNED = [
  "name",
  "namespace",
  "creationTimestamp",
  "uid",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
];

export function nodesOf(schema: JsonMap | undefined, object: JsonMap): ReadonlyMap<string, Node> {
  const { apiVersion: _, kind: __, metadata, ...body } = object;
  const own = Object.fromEntries(Object.entries(mapOf(metadata)).filter(([name]) => !UNOWNED.includes(name)));
  const nodes = new Map<string, Node>();
  visitMap(schema, { ...body, ...(Object.keys(own).length === 0 ? {} : { metadata: own }) }, [], nodes);
  return nodes;
}

function visitMap(schema: JsonMap | undefined, map: JsonMap, at: readonly string[], nodes: Map<string, Node>): void {
  const whole = resolved(schema);
  const properties = mapOf(whole?.properties);
  for (const [name, value] of Object.entries(map)) {
    if (value === undefined) continue;
    const entry = !Object.hasOwn(properties, name);
    visit(fieldSchema(whole, name), value, [...at, `f:${name}`], entry, nodes);
  }
}

function visit(
  schema: JsonMap | undefined,
  value: Json,
  elements: readonly string[],
  entry: boolean,
  nodes: Map<string, Node>,
): void {
  const atomic = isAtomic(schema, value);
  nodes.set(pathOf(elements), { elements, value, leaf: atomic, entry });
  if (atomic) return;
  if (isMap(value)) visitMap(schema, value, elements, nodes);
  if (!isList(value)) return;
  for (const item of value)
    visit(itemSchema(resolved(schema)), item, [...elements, elementOf(schema, item)], true, nodes);
}

function isAtomic(schema: JsonMap | undefined, value: Json): boolean {
  const own = resolved(schema);
  if (isMap(value)) {
    const type = schema?.["x-kubernetes-map-type"] ?? own?.["x-kubernetes-map-type"];
    return type === "atomic" || Object.keys(value).length === 0;
  }
  return !isList(value) || value.length === 0 || appliedList(schema).by === "whole";
}

/** What names an item of a list. Keys that are absent have the defaults of the API: only `protocol` has one. */
export function elementOf(schema: JsonMap | undefined, item: Json): string {
  const { by, keys } = appliedList(schema);
  if (by === "set") return `v:${JSON.stringify(item)}`;
  const map = mapOf(item);
  const named = keys.map((key) => [key, map[key] ?? (key === "protocol" ? "TCP" : undefined)] as const);
  const present = named.filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return `k:${JSON.stringify(Object.fromEntries(present))}`;
}
