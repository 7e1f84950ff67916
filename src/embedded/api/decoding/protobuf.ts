/**
 * Kubernetes' protobuf bodies, which kubectl sends for what it creates by itself, as JSON.
 * Envelope: `k8s\0` and a runtime.Unknown with kind and raw bytes (apimachinery/pkg/runtime/serializer/protobuf).
 */
import { isMap, mapOf, textOf } from "../json.ts";
import type { Json, JsonMap } from "../object.ts";
import { badRequest } from "../requests/refusals.ts";
import { protobuf } from "../schemas/protobuf.generated.ts";
import { DEFINITIONS, definitionName } from "../schemas/schema.ts";

type Message = Readonly<Record<string, readonly [name: string, type: string]>>;
const MESSAGES = protobuf as Readonly<Record<string, Message>>;
const MAGIC = Buffer.from("k8s\0");
const META = "apimachinery.pkg.apis.meta.v1";
const DEEPEST = 60;

export function isProtobuf(body: Buffer): boolean {
  return body.subarray(0, 4).equals(MAGIC);
}

export function fromProtobuf(body: Buffer): JsonMap {
  const unknown = decodeMessage("apimachinery.pkg.runtime.Unknown", body.subarray(4), 0);
  const { apiVersion, kind } = mapOf(unknown.typeMeta);
  const [version = "", group = ""] = textOf(apiVersion).split("/").reverse();
  const name =
    definitionName(group, version, textOf(kind)) ?? (kind === "DeleteOptions" ? `${META}.DeleteOptions` : undefined);
  if (name === undefined || MESSAGES[name] === undefined) {
    throw badRequest(`no kind "${textOf(kind)}" is registered for version "${textOf(apiVersion)}"`);
  }
  const raw = Buffer.from(textOf(unknown.raw), "base64");
  return { apiVersion: textOf(apiVersion), kind: textOf(kind), ...decodeMessage(name, raw, 0) };
}

interface Field {
  readonly number: number;
  readonly wire: number;
  readonly value: Buffer | bigint;
}

function* fieldsOf(bytes: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw badRequest("proto: unexpected EOF");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw badRequest("proto: integer overflow");
  };
  const take = (length: number): Buffer => {
    if (length > bytes.length - at) throw badRequest("proto: unexpected EOF");
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    const number = tag >>> 3;
    if (wire === 0) yield { number, wire, value: varint() };
    else if (wire === 1) yield { number, wire, value: take(8) };
    else if (wire === 2) yield { number, wire, value: take(Number(varint())) };
    else if (wire === 5) yield { number, wire, value: take(4) };
    else throw badRequest(`proto: wrong wireType = ${wire}`);
  }
}

function decodeMessage(name: string, bytes: Buffer, depth: number): JsonMap {
  const message = MESSAGES[name];
  if (message === undefined || depth > DEEPEST) throw badRequest(`proto: cannot decode ${name}`);
  const result: Record<string, Json> = {};
  for (const { number, value } of fieldsOf(bytes)) {
    const field = message[number];
    if (field === undefined) continue;
    const [json, type] = field;
    if (type.startsWith("{}")) result[json] = { ...mapOf(result[json]), ...entryOf(type.slice(2), value, depth) };
    else if (type.startsWith("[]")) result[json] = [...listAt(result, json), scalar(type.slice(2), value, depth)];
    else place(result, name, json, type, scalar(type, value, depth));
  }
  return result;
}

function listAt(result: JsonMap, name: string): readonly Json[] {
  const found = result[name];
  return Array.isArray(found) ? found : [];
}

/** Embedded structs have a field of their own in protobuf and none in JSON; empty texts are absent there. */
function place(result: Record<string, Json>, message: string, json: string, type: string, value: Json): void {
  const known = Object.hasOwn(mapOf(DEFINITIONS[message]?.properties), json);
  if (!known && isMap(value) && DEFINITIONS[message] !== undefined && MESSAGES[type] !== undefined)
    Object.assign(result, value);
  else if (!isZero(value) || POINTERS.includes(json)) result[json] = value;
}

/** Go leaves zero values out of JSON, unless the field is a pointer; protobuf has them all. */
function isZero(value: Json): boolean {
  return value === "" || value === 0 || value === false || value === null;
}
const POINTERS = [
  "replicas",
  "suspend",
  "automountServiceAccountToken",
  "backoffLimit",
  "completions",
  "parallelism",
  "terminationGracePeriodSeconds",
  "gracePeriodSeconds",
  "revisionHistoryLimit",
  "optional",
  "immutable",
  "targetPort",
];

function entryOf(type: string, value: Buffer | bigint, depth: number): JsonMap {
  let key = "";
  let entry: Json = type === "string" ? "" : {};
  for (const { number, value: each } of fieldsOf(asBytes(value))) {
    if (number === 1) key = asBytes(each).toString();
    else if (number === 2) entry = scalar(type, each, depth);
  }
  return { [key]: entry };
}

function asBytes(value: Buffer | bigint): Buffer {
  if (typeof value === "bigint") throw badRequest("proto: wrong wireType = 0");
  return value;
}

const SPECIAL: Readonly<Record<string, (bytes: Buffer) => Json>> = {
  [`${META}.Time`]: timeOf,
  [`${META}.MicroTime`]: timeOf,
  "apimachinery.pkg.api.resource.Quantity": (bytes) =>
    textOf(decodeMessage("apimachinery.pkg.api.resource.Quantity", bytes, 0).string),
  "apimachinery.pkg.util.intstr.IntOrString": (bytes) => {
    const { type, intVal, strVal } = decodeMessage("apimachinery.pkg.util.intstr.IntOrString", bytes, 0);
    return type === 1 ? textOf(strVal) : (intVal ?? 0);
  },
  "apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": jsonOf,
  [`${META}.FieldsV1`]: jsonOf,
};

function timeOf(bytes: Buffer): Json {
  let seconds = 0n;
  for (const { number, value } of fieldsOf(bytes))
    if (number === 1 && typeof value === "bigint") seconds = BigInt.asIntN(64, value);
  return bytes.length === 0 ? null : new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z");
}

function jsonOf(bytes: Buffer): Json {
  for (const { number, value } of fieldsOf(bytes))
    if (number === 1 && typeof value !== "bigint") return JSON.parse(value.toString());
  return null;
}

function scalar(type: string, value: Buffer | bigint, depth: number): Json {
  const special = SPECIAL[type];
  if (special) return special(asBytes(value));
  switch (type) {
    case "string":
      return asBytes(value).toString();
    case "bytes":
      return asBytes(value).toString("base64");
    case "bool":
      return value !== 0n;
    case "int32":
    case "int64":
      return Number(BigInt.asIntN(64, typeof value === "bigint" ? value : 0n));
    default:
      return decodeMessage(type, asBytes(value), depth + 1);
  }
}
