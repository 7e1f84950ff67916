/**
 * How istiod reads a number, which it takes in quotes too: the text between them is read as JSON.
 * Source: golang/protobuf jsonpb/decode.go trimQuote, Go's encoding/json.
 */
import { goType } from "../schema/json.ts";

type NumberType = "int32" | "uint32" | "uint64" | "double";

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/;

const LIMITS: Readonly<Record<Exclude<NumberType, "double">, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, 2 ** 64 - 2 ** 11],
};

/** The number, or what istiod says instead. */
export function decodeNumber(type: NumberType, value: unknown): number | string {
  const goName = type === "double" ? "float64" : type;
  const refused = (what: string) => `json: cannot unmarshal ${what} into Go value of type ${goName}`;
  if (value === null) return 0;
  if (typeof value !== "string" && typeof value !== "number") return refused(goType(value));
  const special = type === "double" && typeof value === "string" ? NOT_FINITE[value] : undefined;
  if (special !== undefined) return special;
  const text = typeof value === "number" ? JSON.stringify(value) : value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  if (text === "null") return 0;
  const [number = ""] = JSON_NUMBER.exec(text) ?? [];
  if (number !== text || text === "") return unreadable(text, number, refused);
  return fits(type, text) ? Number(text) : refused(`number ${text}`);
}

const NOT_FINITE: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

function fits(type: NumberType, text: string): boolean {
  if (type === "double") return Number.isFinite(Number(text));
  const digits = type === "int32" ? /^-?\d+$/ : /^\d+$/;
  const [least, most] = LIMITS[type];
  return digits.test(text) && Number(text) >= least && Number(text) <= most;
}

function unreadable(text: string, number: string, refused: (what: string) => string): string {
  if (text === "true" || text === "false") return refused("bool");
  if (text === "" || text === "-") return "unexpected end of JSON input";
  const rest = [...text.slice(number.length)][0] ?? "";
  return `invalid character '${rest}' ${number === "" ? "looking for beginning of value" : "after top-level value"}`;
}
