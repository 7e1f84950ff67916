/**
 * How the fields of a kind are described: one notation for what the API server checks (the CRD) and for how istiod decodes
 * (the protobuf field). The data in `kinds/` is written in it.
 */

/** What a kind is called in the API, and what its objects hold beside apiVersion, kind and metadata. */
export interface Kind {
  readonly group: string;
  readonly versions: readonly string[];
  readonly schema: Schema;
}

export type Schema = (Text | Choice | Flag | Numeric | Loose | List | MapOf | Fields) & {
  readonly nullable?: true;
  readonly rules?: readonly Rule[];
};

/** `duration` is text to the API server and a duration to istiod; `date-time` is RFC 3339. */
export interface Text {
  readonly is: "string" | "duration" | "date-time";
  readonly maxLength?: number;
}

/** A word. The place in the list is its number, which istiod takes too. */
export interface Choice {
  readonly is: "enum";
  readonly values: readonly string[];
}

export interface Flag {
  readonly is: "boolean";
}

/** The protobuf type; `min` and `max` are the CRD's. */
export interface Numeric {
  readonly is: "int32" | "uint32" | "uint64" | "double";
  readonly min?: number;
  readonly max?: number;
}

/** A whole number or text. */
export interface Loose {
  readonly is: "int-or-string";
}

export interface List {
  readonly is: "list";
  readonly of: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface MapOf {
  readonly is: "map";
  readonly of: Schema;
  /** istiod decodes the keys as numbers. */
  readonly keys?: "uint32";
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

export interface Fields {
  readonly is: "object";
  readonly fields: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** Groups of which one field at most is there; of several, istiod takes the last of the list. */
  readonly atMostOne?: readonly (readonly string[])[];
  /** Fields that are not listed are kept. */
  readonly open?: true;
}

/** A CEL rule by its text, and what the API server says when it fails. */
export interface Rule {
  readonly cel: string;
  readonly says: string;
}

export const text = { is: "string" } as const;
export const duration = { is: "duration" } as const;
export const flag = { is: "boolean" } as const;
export const int32 = { is: "int32" } as const;
export const uint32 = { is: "uint32", min: 0, max: 4294967295 } as const;
export const uint64 = { is: "uint64", min: 0 } as const;

/** The API server reads these durations as well. */
export const timeout: Schema = ruled(duration, {
  cel: "duration(self) >= duration('1ms')",
  says: "must be a valid duration greater than 1ms",
});

export function list(of: Schema, limits: Omit<List, "is" | "of"> = {}): Schema {
  return { is: "list", of, ...limits };
}

export function mapOf(of: Schema, limits: Omit<MapOf, "is" | "of"> = {}): Schema {
  return { is: "map", of, ...limits };
}

export function choice(...values: readonly string[]): Schema {
  return { is: "enum", values };
}

export function object(fields: Fields["fields"], more: Omit<Fields, "is" | "fields"> = {}): Schema {
  return { is: "object", fields, ...more };
}

export function nullable(schema: Schema): Schema {
  return { ...schema, nullable: true };
}

export function ruled(schema: Schema, ...rules: readonly Rule[]): Schema {
  return { ...schema, rules };
}
