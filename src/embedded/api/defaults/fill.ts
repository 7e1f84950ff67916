/** Fields that are absent get a value. */
import { isMap, listOf, mapOf } from "../json.ts";
import type { Json, JsonMap } from "../object.ts";

/** Fields of `defaults` that the map lacks; maps in both are filled in turn. */
export function filled(map: JsonMap, defaults: JsonMap): JsonMap {
  const added = Object.entries(defaults).flatMap(([name, value]): readonly (readonly [string, Json])[] => {
    if (value === undefined) return [];
    const own = map[name];
    if (own === undefined) return [[name, value]];
    return isMap(own) && isMap(value) ? [[name, filled(own, value)]] : [];
  });
  return added.length === 0 ? map : { ...map, ...Object.fromEntries(added) };
}

/** Each map of a list changed; absent lists stay absent. */
export function eachOf(map: JsonMap, field: string, change: (item: JsonMap) => JsonMap): JsonMap {
  if (!Array.isArray(map[field])) return map;
  return { ...map, [field]: listOf(map[field]).map((item) => change(mapOf(item))) };
}
