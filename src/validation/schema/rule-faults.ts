/** Which CEL rules an object breaks, and where. Kubernetes: apiextensions-apiserver schema/cel/validation.go. */
import { under } from "../../mesh/resources/meta.ts";
import { entryOf, isMap } from "./json.ts";
import { inEntry, inField, inItem, type Place } from "./place.ts";
import { type Failure, RULES } from "./rules.ts";
import type { Rule, Schema } from "./schema.ts";

export interface RuleFault {
  readonly place: Place;
  readonly says: string;
}

export function ruleFaults(schema: Schema, value: unknown, place: Place): readonly RuleFault[] {
  if (value === null) return [];
  return [...ownFaults(schema, value, place), ...innerFaults(schema, value, place)];
}

function ownFaults({ is, rules = [] }: Schema, value: unknown, place: Place): readonly RuleFault[] {
  return rules.flatMap((rule) => {
    const failure = RULES[rule.cel]?.(value);
    return failure === undefined ? [] : [ruleFault(rule, failure, place, is)];
  });
}

function ruleFault(rule: Rule, { key, error }: Failure, place: Place, is: Schema["is"]): RuleFault {
  const type = is === "map" || is === "object" ? "object" : "string";
  const says = error === undefined ? rule.says : `${error} evaluating rule: ${rule.says}`;
  const pointer = key === undefined ? place.pointer : under(place.pointer, key);
  return { place: { ...place, pointer }, says: `${place.path}: Invalid value: "${type}": ${says}` };
}

function innerFaults(schema: Schema, value: unknown, place: Place): readonly RuleFault[] {
  if (schema.is === "list" && Array.isArray(value)) {
    return value.flatMap((item, index) => ruleFaults(schema.of, item, inItem(place, index)));
  }
  if (schema.is === "map" && isMap(value)) {
    return Object.entries(value).flatMap(([key, entry]) => ruleFaults(schema.of, entry, inEntry(place, key)));
  }
  if (schema.is !== "object" || !isMap(value)) return [];
  return Object.entries(schema.fields).flatMap(([name, inner]) => {
    const entry = entryOf(value, name);
    return entry === undefined ? [] : ruleFaults(inner, entry, inField(place, name));
  });
}
