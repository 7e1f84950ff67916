/** Fields that the schema does not have. kubectl asks the API server to refuse them. Kubernetes: schema/pruning/algorithm.go. */
import { isMap } from "./json.ts";
import { schemaAt } from "./nulls.ts";
import { inField, inItem, type Place } from "./place.ts";
import type { Schema } from "./schema.ts";

export function unknownFields(schema: Schema | undefined, value: unknown, place: Place): readonly Place[] {
  if (Array.isArray(value)) {
    const of = schema?.is === "list" ? schema.of : undefined;
    return value.flatMap((item, index) => unknownFields(of, item, inItem(place, index)));
  }
  if (!isMap(value)) return [];
  const isOpen = schema?.is === "object" && schema.open;
  return Object.entries(value).flatMap(([name, entry]) => {
    const inner = schemaAt(schema, name);
    const at = inField(place, name);
    if (inner !== undefined) return unknownFields(inner, entry, at);
    return isOpen ? [] : [at];
  });
}
