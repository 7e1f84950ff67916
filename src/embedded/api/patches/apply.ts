/** Server-side apply: fields of the configuration become the manager's, those that it gives up go with their last owner. */
import { equal, isList, isMap } from "../json.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Json, JsonMap, KubernetesObject } from "../object.ts";
import { appliedList, fieldSchema, itemSchema, resolved, schemaOf } from "../schemas/schema.ts";
import { ApiError } from "../status.ts";
import { timestamp } from "../timestamp.ts";
import { elementOf, type Node, nodesOf } from "./fields/nodes.ts";
import { elementsOf, type Paths, pathOf, same, shown, union, without } from "./fields/paths.ts";
import { isSame, type Manager, managersOf, withManagers } from "./managers.ts";
import { define } from "./merge.ts";

export interface Applying {
  readonly manager: string;
  readonly force: boolean;
  readonly now: number;
  readonly subresource?: string;
}

/** The object with the configuration applied, and with its managers. */
export function applied(
  kind: Kind,
  version: string,
  live: KubernetesObject | undefined,
  config: KubernetesObject,
  { manager, force, now, subresource }: Applying,
): KubernetesObject {
  const schema = schemaOf(kind, version);
  const nodes = nodesOf(schema, config);
  const paths = new Set(
    [...nodes.values()].filter(({ leaf, entry }) => leaf || entry).map(({ elements }) => pathOf(elements)),
  );
  const known = live ? managersOf(live) : [];
  const identity = {
    manager,
    operation: "Apply",
    apiVersion: config.apiVersion,
    ...(subresource ? { subresource } : {}),
  } as const;
  const own = known.find((each) => isSame(each, identity));
  const others = known.filter((each) => each !== own);
  const conflicts = live ? conflictsOf(nodesOf(schema, live), nodes, paths, others) : [];
  if (conflicts.length > 0 && !force) throw conflictError(conflicts);
  const taken = new Set(conflicts.map(({ path }) => path));
  const kept = others.map((each) => ({ ...each, paths: without(each.paths, taken) }));
  const given = without(own?.paths ?? new Set(), paths, union(...kept.map((each) => each.paths)));
  const merged = mergedMap(schema, live ?? config, config);
  const pruned = removed(schema, merged, given) as KubernetesObject;
  const time = own && same(own.paths, paths) ? own.time : timestamp(now);
  return withManagers(pruned, [...kept, { ...identity, time, paths }]);
}

interface Conflict {
  readonly manager: Manager;
  readonly path: string;
}

/** What somebody else owns with another value. */
function conflictsOf(
  live: ReadonlyMap<string, Node>,
  wanted: ReadonlyMap<string, Node>,
  paths: Paths,
  others: readonly Manager[],
): readonly Conflict[] {
  const differing = [...paths].filter((path) => {
    const [now, then] = [wanted.get(path), live.get(path)];
    return now !== undefined && then !== undefined && (now.leaf || then.leaf) && !equal(now.value, then.value);
  });
  return others.flatMap((manager) =>
    differing.filter((path) => manager.paths.has(path)).map((path) => ({ manager, path })),
  );
}

/** Kubernetes: apimachinery/pkg/util/managedfields/internal/conflict.go. */
function conflictError(conflicts: readonly Conflict[]): ApiError {
  const causes = conflicts.map(({ manager, path }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${named(manager)}`,
    field: shown(path),
  }));
  return new ApiError(409, "Conflict", conflictText(conflicts), { causes });
}

function conflictText(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (first && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${named(first.manager)}: ${shown(first.path)}`;
  }
  const managers = [...new Set(conflicts.map(({ manager }) => named(manager)))].sort();
  const lines = managers.flatMap((name) => [
    `conflicts with ${name}:`,
    ...conflicts.filter(({ manager }) => named(manager) === name).map(({ path }) => `- ${shown(path)}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join("\n")}`;
}

function named({ manager, operation, apiVersion, subresource }: Manager): string {
  const name = `${JSON.stringify(manager)}${subresource === undefined ? "" : ` with subresource ${JSON.stringify(subresource)}`}`;
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}

function mergedMap(schema: JsonMap | undefined, live: JsonMap, config: JsonMap): JsonMap {
  const whole = resolved(schema);
  const result: Record<string, Json | undefined> = { ...live };
  for (const [name, value] of Object.entries(config)) {
    if (value !== undefined) define(result, name, merged(fieldSchema(whole, name), live[name], value));
  }
  return result;
}

function merged(schema: JsonMap | undefined, live: Json | undefined, config: Json): Json {
  if (isMap(live) && isMap(config)) {
    const atomic = (schema?.["x-kubernetes-map-type"] ?? resolved(schema)?.["x-kubernetes-map-type"]) === "atomic";
    return atomic ? config : mergedMap(schema, live, config);
  }
  if (!isList(live) || !isList(config) || appliedList(schema).by === "whole") return config;
  const items = itemSchema(resolved(schema));
  const wanted = new Map(config.map((item) => [elementOf(schema, item), item]));
  const kept = live.map((item) => {
    const own = wanted.get(elementOf(schema, item));
    return own === undefined ? item : merged(items, item, own);
  });
  const known = new Set(live.map((item) => elementOf(schema, item)));
  return [...kept, ...config.filter((item) => !known.has(elementOf(schema, item)))];
}

/** Fields and items at the paths are taken away, the innermost first. */
function removed(schema: JsonMap | undefined, object: JsonMap, paths: Paths): JsonMap {
  const deepest = [...paths].map(elementsOf).toSorted((a, b) => b.length - a.length);
  return deepest.reduce((current, elements) => dropped(schema, current, elements) as JsonMap, object);
}

function dropped(
  schema: JsonMap | undefined,
  value: Json | undefined,
  [first = "", ...rest]: readonly string[],
): Json | undefined {
  if (isMap(value)) {
    const name = first.slice(2);
    const inner = fieldSchema(resolved(schema), name);
    const { [name]: own, ...others } = value;
    if (own === undefined) return value;
    return rest.length === 0 ? others : { ...value, [name]: dropped(inner, own, rest) };
  }
  if (!isList(value)) return value;
  if (rest.length === 0) return value.filter((item) => elementOf(schema, item) !== first);
  const items = itemSchema(resolved(schema));
  return value.map((item) => (elementOf(schema, item) === first ? (dropped(items, item, rest) ?? item) : item));
}
