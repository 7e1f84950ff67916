/** JSON values as the API handles them: told apart, compared, and walked. */
import type { Json, JsonMap } from "./object.ts";

export function isMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value when it is a map, else an empty one. */
export function mapOf(value: unknown): JsonMap {
  return isMap(value) ? value : {};
}

export function listOf(value: unknown): readonly Json[] {
  return isList(value) ? value : [];
}

/** The maps of a list; what else stands in it is left out. */
export function mapsOf(value: unknown): readonly JsonMap[] {
  return listOf(value).filter(isMap);
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** What stands at the path, through maps only. */
export function at(value: unknown, ...path: readonly string[]): Json | undefined {
  let found: unknown = value;
  for (const step of path) found = isMap(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  return found as Json | undefined;
}

/** The value with another at the path; absent removes the last field. */
export function put(value: JsonMap, path: readonly string[], entry: Json | undefined): JsonMap {
  const [step, ...rest] = path;
  if (step === undefined) return mapOf(entry);
  const inner = rest.length === 0 ? entry : put(mapOf(value[step]), rest, entry);
  if (inner !== undefined) return { ...value, [step]: inner };
  const { [step]: _, ...others } = value;
  return others;
}

/** Equal as JSON, whatever the order of fields; an absent field equals one that is undefined. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (!isMap(a) || !isMap(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => equal(a[name], b[name]));
}
