/**
 * What the schema of a CRD says of an object: structure first, and rules (CEL) where the structure is sound.
 * Kubernetes: apiextensions-apiserver/pkg/apiserver/validation/validation.go, pkg/registry/customresource/strategy.go.
 */
import type { Kind } from "../kinds/kind.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";
import type { Fault } from "../requests/refusals.ts";
import { schemaOf } from "../schemas/schema.ts";
import { celFaults } from "./cel/cel.ts";
import { structureFaults } from "./structure.ts";

const NOT_CHECKED: Fault = {
  reason: "FieldValueInvalid",
  field: "<nil>",
  message:
    "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
};

export function customFaults(kind: Kind, object: KubernetesObject): readonly Fault[] {
  const schema = schemaOf(kind, object.apiVersion.split("/").at(-1) ?? "");
  if (schema === undefined) return [];
  const { metadata: _, ...body } = object;
  const structure = structureFaults(schema, body, "");
  if (structure.length > 0) return hasRules(schema) ? [...structure, NOT_CHECKED] : structure;
  return celFaults(schema, body, "");
}

/** Somewhere in the schema. */
function hasRules(schema: JsonMap): boolean {
  return JSON.stringify(schema).includes('"x-kubernetes-validations"');
}
