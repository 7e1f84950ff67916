/**
 * What the API server finds wrong with the structure of a custom object: types, words, ranges, lengths, missing fields.
 * Kubernetes: kube-openapi pkg/validation/validate, apiextensions-apiserver/pkg/apiserver/validation/validation.go.
 */
import { isList, isMap, listOf, mapOf, mapsOf, numberOf, textOf } from "../json.ts";
import type { Json, JsonMap } from "../object.ts";
import { duplicate, type Fault, invalid, required, unsupported } from "../requests/refusals.ts";
import { fieldSchema, itemSchema } from "../schemas/schema.ts";

export function structureFaults(schema: JsonMap, value: Json | undefined, path: string): readonly Fault[] {
  if (value === undefined || (value === null && schema.nullable === true)) return [];
  if (schema.$ref !== undefined) return [];
  const wrong = typeFault(schema, value, path);
  if (wrong !== undefined) return [wrong];
  return [...valueFaults(schema, value, path), ...innerFaults(schema, value, path), ...choices(schema, value, path)];
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  if (isList(value)) return "array";
  if (isMap(value)) return "object";
  return typeof value === "number" ? (Number.isInteger(value) ? "integer" : "number") : typeof value;
}

function typeFault(schema: JsonMap, value: Json, path: string): Fault | undefined {
  const actual = typeOf(value);
  const wanted = textOf(schema.type);
  const fits = (name: string) => actual === name || (name === "number" && actual === "integer");
  if (schema["x-kubernetes-int-or-string"] === true) {
    return fits("integer") || fits("string") ? undefined : wrongType(path, "integer,string", actual);
  }
  if (wanted === "" || fits(wanted)) return undefined;
  const format = textOf(schema.format);
  // Kubernetes names the format where there is one, and then no type. kube-openapi: validate/type.go Validate.
  const named = format !== "" && !["string", "array", "null"].includes(actual) && wanted !== "string";
  return named ? wrongType(path, format, actual === "number" ? "float64" : "") : wrongType(path, wanted, actual);
}

function wrongType(path: string, wanted: string, actual: string): Fault {
  const message = `Invalid value: "${actual}": ${path} in body must be of type ${wanted}: "${actual}"`;
  return { reason: "FieldValueTypeInvalid", field: path, message };
}

function should(path: string, value: unknown, says: string): Fault {
  return invalid(path, value, `${path} in body should ${says}`);
}

function valueFaults(schema: JsonMap, value: Json, path: string): readonly Fault[] {
  const words = listOf(schema.enum);
  if (words.length > 0 && !words.includes(value)) return [unsupported(path, value, words.map(String))];
  if (typeof value === "number") return rangeFaults(schema, value, path);
  if (typeof value === "string") return textFaults(schema, value, path);
  return isList(value) ? listFaults(schema, value, path) : isMap(value) ? mapFaults(schema, value, path) : [];
}

function rangeFaults(schema: JsonMap, value: number, path: string): readonly Fault[] {
  const [min, max] = [numberOf(schema.minimum), numberOf(schema.maximum)];
  const [above, below] = [schema.exclusiveMinimum === true, schema.exclusiveMaximum === true];
  return [
    ...(max !== undefined && (below ? value >= max : value > max)
      ? [should(path, value, `be less than ${below ? "" : "or equal to "}${max}`)]
      : []),
    ...(min !== undefined && (above ? value <= min : value < min)
      ? [should(path, value, `be greater than ${above ? "" : "or equal to "}${min}`)]
      : []),
  ];
}

function textFaults(schema: JsonMap, value: string, path: string): readonly Fault[] {
  const [min, max] = [numberOf(schema.minLength), numberOf(schema.maxLength)];
  const length = [...value].length;
  const pattern = textOf(schema.pattern);
  return [
    ...(max !== undefined && length > max ? [tooLong(path, max)] : []),
    ...(min !== undefined && length < min ? [should(path, value, `be at least ${min} chars long`)] : []),
    ...(pattern !== "" && !matches(pattern, value) ? [should(path, value, `match '${pattern}'`)] : []),
  ];
}

function tooLong(path: string, max: number): Fault {
  return { reason: "FieldValueTooMany", field: path, message: `Too long: may not be more than ${max} bytes` };
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    // Go's syntax of regular expressions knows a few things that JavaScript's does not.
    return true;
  }
}

function listFaults(schema: JsonMap, value: readonly Json[], path: string): readonly Fault[] {
  const [min, max] = [numberOf(schema.minItems), numberOf(schema.maxItems)];
  return [
    ...(min !== undefined && value.length < min ? [should(path, value.length, `have at least ${min} items`)] : []),
    ...(max !== undefined && value.length > max ? [tooMany(path, value.length, max)] : []),
    ...repeated(schema, value, path),
  ];
}

function tooMany(path: string, actual: number, max: number): Fault {
  return { reason: "FieldValueTooMany", field: path, message: `Too many: ${actual}: must have at most ${max} items` };
}

function repeated(schema: JsonMap, value: readonly Json[], path: string): readonly Fault[] {
  const type = schema["x-kubernetes-list-type"];
  const keys = listOf(schema["x-kubernetes-list-map-keys"]).map(textOf);
  if (type !== "set" && type !== "map") return [];
  const idOf = (item: Json) => JSON.stringify(type === "map" ? keys.map((key) => mapOf(item)[key] ?? null) : item);
  const ids = value.map(idOf);
  return value.flatMap((item, index) => {
    const shown = type === "map" ? Object.fromEntries(keys.map((key) => [key, mapOf(item)[key]])) : item;
    return ids.indexOf(idOf(item)) < index ? [duplicate(`${path}[${index}]`, shown)] : [];
  });
}

function mapFaults(schema: JsonMap, value: JsonMap, path: string): readonly Fault[] {
  const [min, max] = [numberOf(schema.minProperties), numberOf(schema.maxProperties)];
  const size = Object.keys(value).length;
  const missing = listOf(schema.required)
    .map(textOf)
    .filter((name) => value[name] === undefined);
  return [
    ...missing.map((name) => required(joined(path, name))),
    ...(min !== undefined && size < min ? [should(path, size, `have at least ${min} properties`)] : []),
    ...(max !== undefined && size > max ? [tooMany(path, size, max)] : []),
  ];
}

function innerFaults(schema: JsonMap, value: Json, path: string): readonly Fault[] {
  if (isList(value)) {
    const items = itemSchema(schema);
    return items === undefined ? [] : value.flatMap((item, index) => structureFaults(items, item, `${path}[${index}]`));
  }
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([name, entry]) => {
    const inner = fieldSchema(schema, name);
    return inner === undefined ? [] : structureFaults(inner, entry, joined(path, name));
  });
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** `oneOf` and its like, told without a field. */
function choices(schema: JsonMap, value: Json, path: string): readonly Fault[] {
  const holds = (each: JsonMap): boolean => fitsChoice(each, value, path);
  const loose = (says: string): Fault => ({
    reason: "FieldValueInvalid",
    field: "<nil>",
    message: `Invalid value: "": ${says}`,
  });
  const name = path === "" ? '""' : `"${path}"`;
  const [one, any, all] = [mapsOf(schema.oneOf), mapsOf(schema.anyOf), mapsOf(schema.allOf)];
  const fitting = one.filter(holds).length;
  return [
    ...(one.length > 0 && fitting !== 1
      ? [
          loose(
            `${name} must validate one and only one schema (oneOf). ${fitting === 0 ? "Found none valid" : `Found ${fitting} valid alternatives`}`,
          ),
        ]
      : []),
    ...(any.length > 0 && !any.some(holds) ? [loose(`${name} must validate at least one schema (anyOf)`)] : []),
    ...(all.every(holds) ? [] : [loose(`${name} must validate all the schemas (allOf)`)]),
  ];
}

function fitsChoice(schema: JsonMap, value: Json, path: string): boolean {
  if (isMap(schema.not) && fitsChoice(schema.not, value, path)) return false;
  return structureFaults(schema, value, path).length === 0;
}
