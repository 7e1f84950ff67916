/** JSON merge patch (RFC 7386). */
import { isMap } from "../json.ts";
import type { Json, JsonMap } from "../object.ts";

export function mergePatched(target: Json | undefined, patch: JsonMap): JsonMap {
  const merged: Record<string, Json | undefined> = { ...(isMap(target) ? target : {}) };
  for (const [name, entry] of Object.entries(patch)) {
    if (entry === null) delete merged[name];
    else if (entry !== undefined) define(merged, name, isMap(entry) ? mergePatched(own(merged, name), entry) : entry);
  }
  return merged;
}

function own(map: JsonMap, name: string): Json | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** Also a field that is called `__proto__`. */
export function define(map: Record<string, Json | undefined>, name: string, value: Json | undefined): void {
  Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
}
