/**
 * Before it looks at an object, the API server drops null where the schema does not allow it: `selector:` with nothing
 * behind it is no selector. Nulls in lists stay. Kubernetes: schema/defaulting/prunenulls.go.
 */
import { isMap } from "./json.ts";
import type { Schema } from "./schema.ts";

export function withoutNulls(schema: Schema | undefined, value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((item) => withoutNulls(schema?.is === "list" ? schema.of : undefined, item));
  if (!isMap(value)) return value;
  const kept = Object.entries(value).flatMap(([name, entry]): readonly (readonly [string, unknown])[] => {
    const inner = schemaAt(schema, name);
    return entry === null && inner !== undefined && !inner.nullable ? [] : [[name, withoutNulls(inner, entry)]];
  });
  return Object.fromEntries(kept);
}

/** The schema of an entry, whether it is a field or a value of a map. */
export function schemaAt(schema: Schema | undefined, name: string): Schema | undefined {
  if (schema?.is === "map") return schema.of;
  return schema?.is === "object" && Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined;
}
