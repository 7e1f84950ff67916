/**
 * What the API server's decoder keeps of an object: fields that the schema names, without nulls; and what it complains about:
 * unknown fields, and values whose type does not fit.
 */
import { isList, isMap } from "../json.ts";
import type { Json, JsonMap } from "../object.ts";
import { fieldSchema, isOpen, itemSchema, resolved } from "../schemas/schema.ts";

export interface Decoded {
  readonly object: JsonMap;
  /** Paths as the API server writes them: `spec.containers[0].imagee`. */
  readonly unknown: readonly string[];
}

export function decoded(schema: JsonMap | undefined, object: JsonMap): Decoded {
  const unknown: string[] = [];
  const kept = keep(schema, object, "", unknown);
  return { object: isMap(kept) ? kept : {}, unknown: unknown.sort() };
}

function keep(schema: JsonMap | undefined, value: Json, path: string, unknown: string[]): Json {
  const own = resolved(schema);
  if (isList(value)) {
    return value.map((item, index) => keep(itemSchema(own), item, `${path}[${index}]`, unknown));
  }
  if (!isMap(value)) return value;
  const open = isOpen(own);
  const entries = Object.entries(value).flatMap(([name, entry]): readonly (readonly [string, Json])[] => {
    if (entry === undefined) return [];
    const inner = fieldSchema(own, name);
    const at = path === "" ? name : `${path}.${name}`;
    if (inner === undefined && !open) {
      unknown.push(at);
      return [];
    }
    if (entry === null && inner !== undefined && resolved(inner)?.nullable !== true) return [];
    return [[name, inner === undefined ? entry : keep(inner, entry, at, unknown)]];
  });
  return Object.fromEntries(entries);
}
