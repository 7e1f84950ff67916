/** Which CEL rules of a schema an object breaks. Kubernetes: apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go. */
import { RULES } from "../../../../validation/schema/rules.ts";
import { isList, isMap, mapOf, mapsOf, textOf } from "../../json.ts";
import type { Json, JsonMap } from "../../object.ts";
import type { Fault } from "../../requests/refusals.ts";
import { itemSchema } from "../../schemas/schema.ts";
import { evaluateRule } from "./evaluate.ts";

export function celFaults(schema: JsonMap, value: Json | undefined, path: string): readonly Fault[] {
  if (value === undefined || value === null || schema.$ref !== undefined) return [];
  const rules = mapsOf(schema["x-kubernetes-validations"]);
  return [...rules.flatMap((rule) => ownFaults(schema, rule, value, path)), ...innerFaults(schema, value, path)];
}

function ownFaults(schema: JsonMap, rule: JsonMap, value: Json, path: string): readonly Fault[] {
  const failure = failureOf(schema, rule, value);
  if (failure === undefined) return [];
  const says = textOf(rule.message) || `failed rule: ${textOf(rule.rule)}`;
  const text = failure === "" ? says : `${failure} evaluating rule: ${says}`;
  return [
    {
      reason: "FieldValueInvalid",
      field: path,
      message: `Invalid value: "${textOf(schema.type) || "object"}": ${text}`,
    },
  ];
}

/** Undefined where the rule holds, else the error that CEL ran into, or "". */
function failureOf(schema: JsonMap, rule: JsonMap, value: Json): string | undefined {
  const text = textOf(rule.rule);
  const known = RULES[text];
  if (known) {
    const failure = known(value);
    return failure && (failure.error ?? "");
  }
  // Rules about a change compare with what was there before; an object as such does not break them.
  if (text.includes("oldSelf")) return undefined;
  const { holds, error } = evaluateRule(text, schema, value);
  return error ?? (holds ? undefined : "");
}

function innerFaults(schema: JsonMap, value: Json, path: string): readonly Fault[] {
  if (isList(value)) {
    const items = itemSchema(schema);
    return items === undefined ? [] : value.flatMap((item, index) => celFaults(items, item, `${path}[${index}]`));
  }
  if (!isMap(value)) return [];
  const properties = mapOf(schema.properties);
  const { additionalProperties } = schema;
  return Object.entries(value).flatMap(([name, entry]) => {
    const inner = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (isMap(inner)) return celFaults(inner, entry, path === "" ? name : `${path}.${name}`);
    return isMap(additionalProperties) ? celFaults(additionalProperties, entry, `${path}[${name}]`) : [];
  });
}
