/** The defaults that the schema of a CRD names. Kubernetes: apiextensions-apiserver/pkg/apiserver/schema/defaulting. */
import { isList, isMap, mapOf } from "../json.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Json, JsonMap, KubernetesObject } from "../object.ts";
import { itemSchema, schemaOf } from "../schemas/schema.ts";

export function schemaDefaults(kind: Kind, object: KubernetesObject): KubernetesObject {
  const version = object.apiVersion.split("/").at(-1) ?? "";
  const schema = schemaOf(kind, version);
  return schema === undefined ? object : ({ ...mapOf(withDefaults(schema, object)) } as unknown as KubernetesObject);
}

function withDefaults(schema: JsonMap, value: Json): Json {
  if (isList(value)) {
    const items = itemSchema(schema);
    return items === undefined ? value : value.map((item) => withDefaults(items, item));
  }
  return isMap(value) ? inEntries(schema, inFields(mapOf(schema.properties), value)) : value;
}

function inFields(properties: JsonMap, value: JsonMap): JsonMap {
  const result: Record<string, Json | undefined> = { ...value };
  for (const [name, inner] of Object.entries(properties)) {
    if (!isMap(inner) || inner.$ref !== undefined) continue;
    const own = result[name] === undefined ? inner.default : result[name];
    if (own !== undefined && own !== null) result[name] = withDefaults(inner, own);
  }
  return result;
}

function inEntries({ properties, additionalProperties }: JsonMap, value: JsonMap): JsonMap {
  if (!isMap(additionalProperties)) return value;
  const known = mapOf(properties);
  const entries = Object.entries(value).map(([name, entry]) =>
    entry === undefined || Object.hasOwn(known, name)
      ? [name, entry]
      : [name, withDefaults(additionalProperties, entry)],
  );
  return Object.fromEntries(entries);
}
