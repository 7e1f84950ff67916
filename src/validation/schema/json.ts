/** JSON values as Go's decoders tell them apart. */

export type JsonMap = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export type JsonType = "null" | "string" | "boolean" | "integer" | "number" | "array" | "object";

/** Numbers beyond 64 bits are no integers, even whole ones. */
export function typeOf(value: unknown): JsonType {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? "integer" : "number";
  return typeof value === "string" || typeof value === "boolean" ? (typeof value as "string" | "boolean") : "object";
}

/** What encoding/json calls the type of a value. */
export function goType(value: unknown): string {
  const type = typeOf(value);
  if (type === "boolean") return "bool";
  return type === "integer" ? "number" : type;
}

/** A value in a message of Go: text in quotes, numbers that are not whole or beyond 64 bits as floats. */
export function shown(value: unknown): string {
  return typeof value === "number" && typeOf(value) === "number"
    ? shownFloat(value)
    : (JSON.stringify(value) ?? "null");
}

/** Go writes an exponent of two digits from the seventh digit on, and below the fourth decimal. Go: strconv `%g`. */
function shownFloat(value: number): string {
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** The value of an entry of its own, not of what objects inherit. */
export function entryOf(map: JsonMap, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
