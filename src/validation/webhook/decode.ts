/**
 * How istiod reads the JSON of an object: text in place of numbers, numbers in place of words, `snake_case` beside
 * `camelCase`, unknown fields passed over. What it cannot read it refuses. Source: golang/protobuf jsonpb/decode.go.
 */
import { type Pointer, under } from "../../mesh/resources/meta.ts";
import { nanoseconds } from "../schema/duration.ts";
import { goType, isMap, type JsonMap, shown } from "../schema/json.ts";
import type { Choice, Fields, Schema } from "../schema/schema.ts";
import { enumName } from "./enums.ts";
import { decodeNumber } from "./number.ts";

export type Decoding = { readonly value: unknown } | Undecodable;

export interface Undecodable {
  readonly pointer: Pointer;
  readonly says: string;
}

/** Absent fields stay absent, durations become nanoseconds, words in place of their numbers. */
export function decode(schema: Schema, value: unknown, at: Pointer): Decoding {
  switch (schema.is) {
    case "object":
      return decodeFields(schema, value, at);
    case "map":
      return decodeMap(schema.of, schema.keys, value, at);
    case "list":
      return decodeList(schema.of, value, at);
    case "enum":
      return decodeChoice(schema, value, at);
    case "boolean":
      if (value === null) return { value: false };
      return typeof value === "boolean" ? { value } : mismatch(value, "bool", at);
    case "duration":
      return decodeDuration(value, at);
    case "string":
    case "date-time":
    case "int-or-string":
      if (value === null) return { value: "" };
      return typeof value === "string" ? { value } : mismatch(value, "string", at);
    default: {
      const read = decodeNumber(schema.is, value);
      return typeof read === "string" ? { pointer: at, says: read } : { value: read };
    }
  }
}

function mismatch(value: unknown, type: string, pointer: Pointer): Undecodable {
  return { pointer, says: `json: cannot unmarshal ${goType(value)} into Go value of type ${type}` };
}

/** Null is a message without fields. Of alternatives, the last that is there wins. */
function decodeFields({ fields, atMostOne = [] }: Fields, value: unknown, at: Pointer): Decoding {
  if (value === null) return { value: {} };
  if (!isMap(value)) return mismatch(value, "map[string]json.RawMessage", at);
  const message: Record<string, unknown> = {};
  const written = namesIn(value);
  for (const [name, schema] of Object.entries(fields)) {
    const key = written.get(name);
    const entry = key === undefined ? null : value[key];
    if (key === undefined || entry === null) continue;
    const decoded = decode(schema, entry, under(at, key));
    if (!("value" in decoded)) return decoded;
    if (!isEmptyList(decoded.value)) message[name] = decoded.value;
  }
  for (const group of atMostOne) keepLast(message, group);
  return { value: message };
}

/** Names of fields as protobuf's JSON has them, and how they are written; of both ways camelCase counts. */
function namesIn(value: JsonMap): ReadonlyMap<string, string> {
  const keys = Object.keys(value);
  const snake = keys.filter((key) => key.includes("_"));
  const camel = (key: string) => key.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  return new Map([...snake.map((key) => [camel(key), key] as const), ...keys.map((key) => [key, key] as const)]);
}

/** A list without items is no list to Go; a map without entries is a map. */
function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function keepLast(message: Record<string, unknown>, group: readonly string[]): void {
  for (const name of group.filter((each) => Object.hasOwn(message, each)).slice(0, -1)) delete message[name];
}

function decodeMap(of: Schema, keys: "uint32" | undefined, value: unknown, at: Pointer): Decoding {
  if (!isMap(value)) return mismatch(value, "map[string]json.RawMessage", at);
  const entries = new Map<string | number, unknown>();
  for (const [key, entry] of Object.entries(value)) {
    const name = keys === undefined ? key : decodeNumber(keys, key);
    if (keys !== undefined && typeof name === "string") return { pointer: under(at, key), says: name };
    const decoded = decode(of, entry, under(at, key));
    if (!("value" in decoded)) return decoded;
    entries.set(name, decoded.value);
  }
  return { value: entries };
}

function decodeList(of: Schema, value: unknown, at: Pointer): Decoding {
  if (!Array.isArray(value)) return mismatch(value, "[]json.RawMessage", at);
  const items: unknown[] = [];
  for (const [index, item] of value.entries()) {
    const decoded = decode(of, item, under(at, index));
    if (!("value" in decoded)) return decoded;
    items.push(decoded.value);
  }
  return { value: items };
}

/** A word of the list, or any whole number: numbers that no word has are kept. */
function decodeChoice({ values }: Choice, value: unknown, pointer: Pointer): Decoding {
  if (typeof value === "string") {
    if (values.includes(value)) return { value };
    return { pointer, says: `unknown value ${shown(shown(value))} for enum ${enumName(values)}` };
  }
  const number = typeof value === "number" || value === null ? decodeNumber("int32", value) : undefined;
  if (typeof number === "number") return { value: values[number] ?? number };
  return number === undefined ? mismatch(value, "protoreflect.EnumNumber", pointer) : { pointer, says: number };
}

function decodeDuration(value: unknown, pointer: Pointer): Decoding {
  if (typeof value !== "string" && value !== null) return mismatch(value, "string", pointer);
  const time = nanoseconds(value ?? "");
  return time === undefined
    ? { pointer, says: `bad Duration: time: invalid duration ${shown(value ?? "")}` }
    : { value: time };
}
