/**
 * Strategic merge patch: lists of objects are merged by the key that the schema names, with the directives `$patch`,
 * `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…`.
 * Kubernetes: apimachinery/pkg/util/strategicpatch/patch.go.
 */
import { equal, isList, isMap, listOf, mapsOf } from "../json.ts";
import type { Json, JsonMap } from "../object.ts";
import { fieldSchema, itemSchema, resolved, strategicList } from "../schemas/schema.ts";
import { define } from "./merge.ts";

const ORDER = "$setElementOrder/";
const DROP = "$deleteFromPrimitiveList/";

export function strategicPatched(schema: JsonMap | undefined, target: Json | undefined, patch: JsonMap): JsonMap {
  const { $patch, $retainKeys, ...fields } = patch;
  if ($patch === "replace") return fields;
  if ($patch === "delete") return {};
  const merged: Record<string, Json | undefined> = { ...retained(isMap(target) ? target : {}, $retainKeys) };
  for (const [name, entry] of Object.entries(fields)) {
    if (entry === undefined || name.startsWith(ORDER)) continue;
    if (name.startsWith(DROP)) dropValues(merged, name.slice(DROP.length), listOf(entry));
    else if (entry === null) delete merged[name];
    else define(merged, name, mergedField(fieldSchema(resolved(schema), name), merged[name], entry));
  }
  for (const [name, order] of Object.entries(fields)) {
    if (name.startsWith(ORDER)) reorder(resolved(schema), merged, name.slice(ORDER.length), listOf(order), fields);
  }
  return merged;
}

function retained(target: JsonMap, keys: Json | undefined): JsonMap {
  if (!isList(keys)) return target;
  return Object.fromEntries(Object.entries(target).filter(([name]) => keys.includes(name)));
}

function mergedField(schema: JsonMap | undefined, current: Json | undefined, entry: Json): Json {
  if (isMap(entry)) return strategicPatched(schema, current, entry);
  if (!isList(entry)) return entry;
  const merge = strategicList(schema);
  if (merge.by === "whole") return entry;
  if (merge.by === "set") return union(listOf(current), entry);
  return mergedItems(itemSchema(resolved(schema)), merge.keys[0] ?? "", listOf(current), entry);
}

/** What the patch lists and the object lacks is appended. */
function union(current: readonly Json[], more: readonly Json[]): readonly Json[] {
  return [...current, ...more.filter((item) => !current.some((each) => equal(each, item)))];
}

function mergedItems(
  schema: JsonMap | undefined,
  key: string,
  current: readonly Json[],
  patch: readonly Json[],
): readonly Json[] {
  const patches = mapsOf(patch);
  const replaces = patches.some(({ $patch, ...rest }) => $patch === "replace" && Object.keys(rest).length === 0);
  if (replaces) return patches.filter(({ $patch }) => $patch !== "replace");
  const deleted = patches.filter(({ $patch }) => $patch === "delete").map((each) => each[key]);
  const kept = mapsOf(current).filter((each) => !deleted.some((value) => equal(value, each[key])));
  const changes = patches.filter(({ $patch }) => $patch !== "delete");
  const added = changes.filter((each) => !kept.some((item) => equal(item[key], each[key])));
  const changed = kept.map((item) => {
    const change = changes.find((each) => equal(each[key], item[key]));
    return change === undefined ? item : strategicPatched(schema, item, change);
  });
  // Without an order of its own, what the patch names comes first.
  return [...added.map((item) => strategicPatched(schema, {}, item)), ...changed];
}

function dropValues(merged: Record<string, Json | undefined>, name: string, values: readonly Json[]): void {
  merged[name] = listOf(merged[name]).filter((item) => !values.some((value) => equal(value, item)));
}

/** Items that the patch orders stand in its order; others stay where they stood relative to them. */
function reorder(
  schema: JsonMap | undefined,
  merged: Record<string, Json | undefined>,
  name: string,
  order: readonly Json[],
  patch: JsonMap,
): void {
  if (!isList(merged[name]) || order.length === 0) return;
  const merge = strategicList(fieldSchema(schema, name));
  const key = merge.by === "keys" ? merge.keys[0] : undefined;
  const idOf = (item: Json) => JSON.stringify(key !== undefined && isMap(item) ? (item[key] ?? null) : item);
  const wanted = order.map(idOf);
  const patched = new Set(listOf(patch[name]).map(idOf));
  const items = listOf(merged[name]);
  const ordered = items
    .filter((item) => wanted.includes(idOf(item)))
    .sort((a, b) => wanted.indexOf(idOf(a)) - wanted.indexOf(idOf(b)));
  const others = items.filter((item) => !wanted.includes(idOf(item)));
  merged[name] = interleaved(
    ordered,
    others,
    items.filter((item) => !patched.has(idOf(item))),
    idOf,
  );
}

/** Others keep their place behind the ordered item that stood before them. */
function interleaved(
  ordered: readonly Json[],
  others: readonly Json[],
  before: readonly Json[],
  idOf: (item: Json) => string,
): readonly Json[] {
  const position = new Map(before.map((item, index) => [idOf(item), index]));
  const result = [...ordered];
  for (const other of others) {
    const at = position.get(idOf(other)) ?? Number.POSITIVE_INFINITY;
    const next = result.findIndex((item) => (position.get(idOf(item)) ?? -1) > at);
    result.splice(next < 0 ? result.length : next, 0, other);
  }
  return result;
}
