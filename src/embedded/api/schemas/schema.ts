/** OpenAPI schemas as the API reads them: what a kind's objects look like, with references followed. */
import { isMap, listOf, mapOf, mapsOf, textOf } from "../json.ts";
import type { Kind } from "../kinds/kind.ts";
import type { JsonMap } from "../object.ts";
import { kubernetes } from "./kubernetes.generated.ts";

export const DEFINITIONS = kubernetes as Readonly<Record<string, JsonMap>>;

const byKind = new Map(
  Object.entries(DEFINITIONS).flatMap(([name, definition]) =>
    mapsOf(definition["x-kubernetes-group-version-kind"]).map(
      ({ group, version, kind }) => [`${group}/${version}/${kind}`, name] as const,
    ),
  ),
);

/** The name of the definition of a kind, `api.apps.v1.Deployment`. */
export function definitionName(group: string, version: string, kind: string): string | undefined {
  return byKind.get(`${group}/${version}/${kind}`);
}

/** The schema of a kind in one of its versions; absent where any field is accepted. */
export function schemaOf(kind: Kind, version: string): JsonMap | undefined {
  if (kind.origin === "crd") return kind.versions.find(({ name }) => name === version)?.schema;
  const name = definitionName(kind.group, version, kind.kind);
  return name === undefined ? undefined : DEFINITIONS[name];
}

/** The schema behind a reference. */
export function resolved(schema: unknown): JsonMap | undefined {
  if (!isMap(schema)) return undefined;
  const { $ref } = schema;
  return typeof $ref === "string" ? DEFINITIONS[$ref] : schema;
}

/** The schema of a field or of a map's entry, with its own extensions; undefined where the schema says nothing of it. */
export function fieldSchema(schema: JsonMap | undefined, name: string): JsonMap | undefined {
  const properties = mapOf(schema?.properties);
  if (Object.hasOwn(properties, name)) return mapOf(properties[name]);
  return isMap(schema?.additionalProperties) ? schema.additionalProperties : undefined;
}

export function itemSchema(schema: JsonMap | undefined): JsonMap | undefined {
  return isMap(schema?.items) ? schema.items : undefined;
}

/** Whether an object may have fields that its schema does not name. */
export function isOpen(schema: JsonMap | undefined): boolean {
  if (schema === undefined || schema["x-kubernetes-preserve-unknown-fields"] === true) return true;
  const { properties, additionalProperties, type } = schema;
  return properties === undefined && additionalProperties === undefined && (type === "object" || type === undefined);
}

/** How two lists are merged: item by item by keys, as a set, or as a whole. */
export interface ListMerge {
  readonly by: "keys" | "set" | "whole";
  readonly keys: readonly string[];
}

/** For server-side apply. */
export function appliedList(schema: JsonMap | undefined): ListMerge {
  const type = schema?.["x-kubernetes-list-type"];
  if (type === "map") return { by: "keys", keys: listOf(schema?.["x-kubernetes-list-map-keys"]).map(textOf) };
  return { by: type === "set" ? "set" : "whole", keys: [] };
}

/** For strategic merge patches. */
export function strategicList(schema: JsonMap | undefined): ListMerge {
  const strategy = textOf(schema?.["x-kubernetes-patch-strategy"]).split(",");
  const key = textOf(schema?.["x-kubernetes-patch-merge-key"]);
  if (!strategy.includes("merge")) return { by: "whole", keys: [] };
  return key === "" ? { by: "set", keys: [] } : { by: "keys", keys: [key] };
}
