/** Whether values have the types of Kubernetes' Go structs, and Go's complaint about the first that has not. */
import { isList, isMap } from "../json.ts";
import type { JsonMap } from "../object.ts";
import { fieldSchema, itemSchema, resolved } from "../schemas/schema.ts";

export interface TypeFault {
  /** As encoding/json says it. */
  readonly says: string;
  /** The Go type that was wanted, `int32`. */
  readonly wanted: string;
}

interface Where {
  /** The struct that has the field: `DeploymentSpec`. */
  readonly struct: string;
  /** Without indexes: `spec.template.spec.containers.name`. */
  readonly path: string;
}

/** `name` is the definition, `api.apps.v1.Deployment`. */
export function typeFault(name: string, value: JsonMap): TypeFault | undefined {
  return faultOf({ $ref: name }, value, { struct: "", path: "" });
}

function faultOf(schema: JsonMap | undefined, value: unknown, where: Where): TypeFault | undefined {
  if (value === null || value === undefined || schema === undefined) return undefined;
  const own = resolved(schema);
  if (own === undefined) return undefined;
  if (fits(own, value) === false) {
    const wanted = goType(schema);
    const field = where.struct === "" ? where.path : `${where.struct}.${where.path}`;
    return { wanted, says: `json: cannot unmarshal ${kindOf(value)} into Go struct field ${field} of type ${wanted}` };
  }
  return innerFault(schema, own, value, where);
}

function innerFault(schema: JsonMap, own: JsonMap, value: unknown, where: Where): TypeFault | undefined {
  if (isList(value)) return first(value, (item) => faultOf(itemSchema(own), item, where));
  if (!isMap(value)) return undefined;
  const struct = typeof schema.$ref === "string" ? (schema.$ref.split(".").at(-1) ?? "") : where.struct;
  const isStruct = own.properties !== undefined;
  return first(Object.entries(value), ([name, entry]) => {
    const path = !isStruct ? where.path : where.path === "" ? name : `${where.path}.${name}`;
    return faultOf(fieldSchema(own, name), entry, { struct: isStruct ? struct : where.struct, path });
  });
}

function first<T>(values: readonly T[], fault: (value: T) => TypeFault | undefined): TypeFault | undefined {
  for (const value of values) {
    const found = fault(value);
    if (found) return found;
  }
  return undefined;
}

function fits({ type, format, properties }: JsonMap, value: unknown): boolean {
  if (format === "int-or-string") return typeof value === "string" || Number.isInteger(value);
  // Quantities are text in the schema, and numbers are taken too.
  if (type === undefined && properties === undefined) return true;
  if (type === "string") return typeof value === "string";
  if (type === "integer") return Number.isInteger(value);
  if (type === "number") return typeof value === "number";
  if (type === "boolean") return typeof value === "boolean";
  return type === "array" ? isList(value) : isMap(value);
}

function kindOf(value: unknown): string {
  if (isList(value)) return "array";
  if (isMap(value)) return "object";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function goType(schema: JsonMap): string {
  const own = resolved(schema) ?? {};
  if (typeof schema.$ref === "string" && own.type !== "string") return schema.$ref.split(".").slice(-2).join(".");
  if (own.type === "integer") return String(own.format ?? "int");
  if (own.type === "number") return "float64";
  if (own.type === "boolean") return "bool";
  if (own.type === "array") return `[]${goType(itemSchema(own) ?? {})}`;
  return own.type === "object" ? `map[string]${goType((own.additionalProperties as JsonMap) ?? {})}` : "string";
}
