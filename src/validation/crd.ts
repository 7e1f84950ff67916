/** What the API server says of an object by the schema of its kind: unknown fields, structure, then CEL rules. */
import type { Refusal } from "./refusal.ts";
import type { JsonMap } from "./schema/json.ts";
import { withoutNulls } from "./schema/nulls.ts";
import { type Place, ROOT } from "./schema/place.ts";
import { ruleFaults } from "./schema/rule-faults.ts";
import type { Kind } from "./schema/schema.ts";
import { structureFaults } from "./schema/structure.ts";
import { unknownFields } from "./schema/unknown-fields.ts";

/** CEL rules are asked only where the structure lets them be evaluated. */
export function crdRefusals({ schema, versions }: Kind, object: JsonMap): readonly Refusal[] {
  const { apiVersion, kind, metadata: _, ...body } = object;
  const value = withoutNulls(schema, body);
  const unknown = unknownFields(schema, body, ROOT);
  const structure = structureFaults(schema, value, ROOT);
  const rules = structure.some(({ blocksRules }) => blocksRules) ? [] : ruleFaults(schema, value, ROOT);
  const version = String(apiVersion).split("/")[1] ?? "";
  const unserved = `no matches for kind "${kind}" in version "${apiVersion}"`;
  return [
    ...(versions.includes(version) ? [] : [refusal("version", { pointer: "/apiVersion" }, unserved)]),
    ...unknown.map((place) => refusal("unknown-field", place, `unknown field "${place.path}"`)),
    ...structure.map(({ place, says }) => refusal("schema", place, says)),
    ...rules.map(({ place, says }) => refusal("rule", place, says)),
  ];
}

function refusal(reason: Refusal["reason"], { pointer }: Pick<Place, "pointer">, says: string): Refusal {
  return { by: "crd", severity: "refused", reason, pointer, says };
}
