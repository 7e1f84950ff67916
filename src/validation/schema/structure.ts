/**
 * What the API server finds wrong with the structure of an object: types, words, ranges, lengths, missing fields.
 * Kubernetes: kube-openapi pkg/validation/validate; the texts are those of kube-openapi and of apimachinery's field errors.
 */
import { entryOf, isMap, type JsonMap, type JsonType, shown, typeOf } from "./json.ts";
import { inField, inItem, type Place } from "./place.ts";
import type { Choice, Fields, List, MapOf, Numeric, Schema, Text } from "./schema.ts";

export interface Fault {
  readonly place: Place;
  readonly says: string;
  /** CEL rules are not asked about an object with such a fault. Kubernetes: customresource/strategy.go hasBlockingErr. */
  readonly blocksRules: boolean;
}

export function structureFaults(schema: Schema, value: unknown, place: Place): readonly Fault[] {
  if (value === null && schema.nullable) return [];
  const type = typeOf(value);
  switch (schema.is) {
    case "string":
    case "duration":
    case "date-time":
      return textFaults(schema, value, place);
    case "enum":
      return [...expectType(["string"], "string", type, place), ...choiceFaults(schema, value, place)];
    case "boolean":
      return expectType(["boolean"], "boolean", type, place);
    case "int-or-string":
      return expectType(["integer", "string"], "integer,string", type, place);
    case "list":
      return Array.isArray(value) ? listFaults(schema, value, place) : expectType(["array"], "array", type, place);
    case "map":
      return isMap(value) ? mapFaults(schema, value, place) : expectType(["object"], "object", type, place);
    case "object":
      return isMap(value) ? fieldFaults(schema, value, place) : expectType(["object"], "object", type, place);
    default:
      return numericFaults(schema, value, place);
  }
}

function expectType(types: readonly JsonType[], name: string, actual: JsonType, place: Place): readonly Fault[] {
  return types.includes(actual) ? [] : [wrongType(place, name, actual)];
}

function wrongType(place: Place, expected: string, actual: string): Fault {
  return blocking(place, `Invalid value: "${actual}": ${place.path} in body must be of type ${expected}: "${actual}"`);
}

function blocking(place: Place, says: string): Fault {
  return { place, says: `${place.path}: ${says}`, blocksRules: true };
}

function invalid(place: Place, value: unknown, says: string): Fault {
  const text = `${place.path}: Invalid value: ${shown(value)}: ${place.path} in body should ${says}`;
  return { place, says: text, blocksRules: false };
}

/** Faults of a whole that the API server tells without a field. */
function loose(place: Place, says: string): Fault {
  return { place, says: `<nil>: Invalid value: "": ${says}`, blocksRules: false };
}

const TIMESTAMP = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[-+]\d\d:\d\d)$/;

function textFaults({ is, maxLength }: Text, value: unknown, place: Place): readonly Fault[] {
  if (typeof value !== "string") {
    const actual = typeOf(value);
    return [is === "date-time" && actual !== "null" ? wrongType(place, is, "") : wrongType(place, "string", actual)];
  }
  if (is === "date-time" && !TIMESTAMP.test(value)) return [wrongType(place, is, value)];
  const isLong = maxLength !== undefined && [...value].length > maxLength;
  return isLong ? [blocking(place, `Too long: may not be more than ${maxLength} bytes`)] : [];
}

function choiceFaults({ values }: Choice, value: unknown, place: Place): readonly Fault[] {
  if (typeof value === "string" && values.includes(value)) return [];
  const supported = values.map(shown).join(", ");
  return [blocking(place, `Unsupported value: ${shown(value)}: supported values: ${supported}`)];
}

/** A format in the schema changes which type is named. Kubernetes: validate/type.go Validate. */
function numericFaults(schema: Numeric, value: unknown, place: Place): readonly Fault[] {
  const type = typeOf(value);
  const wanted = schema.is === "double" ? "number" : "integer";
  if (typeof value === "number" && (type === "integer" || wanted === "number"))
    return rangeFaults(schema, value, place);
  const format = schema.is === "int32" || schema.is === "double" ? schema.is : undefined;
  if (format === undefined || type === "string" || type === "array" || type === "null") {
    return [wrongType(place, wanted, type)];
  }
  return [wrongType(place, format, type === "number" ? "float64" : "")];
}

function rangeFaults({ is, min, max }: Numeric, value: number, place: Place): readonly Fault[] {
  if (is === "int32" && (value < -(2 ** 31) || value > 2 ** 31 - 1)) {
    return [loose(place, `Checked value must be of type integer with format int32 in ${place.path}`)];
  }
  if (max !== undefined && value > max) return [invalid(place, value, `be less than or equal to ${max}`)];
  if (min !== undefined && value < min) return [invalid(place, value, `be greater than or equal to ${min}`)];
  return [];
}

function listFaults({ of, minItems = 0, maxItems }: List, value: readonly unknown[], place: Place): readonly Fault[] {
  const inItems = value.flatMap((item, index) => structureFaults(of, item, inItem(place, index)));
  const few = value.length < minItems ? [invalid(place, value.length, `have at least ${minItems} items`)] : [];
  return [...inItems, ...few, ...tooMany(value.length, maxItems, place)];
}

function mapFaults({ of, minProperties = 0, maxProperties }: MapOf, value: JsonMap, place: Place): readonly Fault[] {
  const entries = Object.entries(value);
  const few = entries.length < minProperties;
  return [
    ...(few ? [invalid(place, entries.length, `have at least ${minProperties} properties`)] : []),
    ...tooMany(entries.length, maxProperties, place),
    ...entries.flatMap(([key, entry]) => structureFaults(of, entry, inField(place, key))),
  ];
}

function tooMany(count: number, most: number | undefined, place: Place): readonly Fault[] {
  if (most === undefined || count <= most) return [];
  return [blocking(place, `Too many: ${count}: must have at most ${most} items`)];
}

/** A missing field is told at the object that lacks it. */
function fieldFaults(
  { fields, required = [], atMostOne = [] }: Fields,
  value: JsonMap,
  place: Place,
): readonly Fault[] {
  const groups = atMostOne.map((group) => group.filter((name) => Object.hasOwn(value, name)));
  return [
    ...groups.flatMap((names) => (names.length > 1 ? [severalOf(names, place)] : [])),
    ...Object.entries(fields).flatMap(([name, schema]) => {
      const entry = entryOf(value, name);
      return entry === undefined ? [] : structureFaults(schema, entry, inField(place, name));
    }),
    ...required
      .filter((name) => !Object.hasOwn(value, name))
      .map((name) => ({ ...blocking(inField(place, name), "Required value"), place })),
  ];
}

function severalOf(names: readonly string[], place: Place): Fault {
  const says = `"${place.path}" must validate one and only one schema (oneOf). Found ${names.length} valid alternatives`;
  return loose(inField(place, names.at(-1) ?? ""), says);
}
