/** Messages of Envoy as JSON: their fields are written in snake case or in camel case. */
import { isRecord } from "../record.ts";

/** The value at a path of field names in snake case. */
export function at(message: unknown, ...path: readonly string[]): unknown {
  let found = message;
  for (const wanted of path) {
    if (!isRecord(found)) return undefined;
    found = Object.entries(found).find(([name]) => snake(name) === wanted)?.[1];
  }
  return found;
}

/** The names of all fields of a message that are set. */
export function fields(message: unknown): readonly string[] {
  if (!isRecord(message)) return [];
  return Object.entries(message).flatMap(([name, value]) => (value === undefined ? [] : [snake(name)]));
}

/** A configuration of any type, with the name of the type, which a TypedStruct has inside. */
export interface Typed {
  /** Without its version: `RBAC`. Absent where none is written. */
  readonly type?: string;
  readonly config: unknown;
}

export function typedConfig(filter: unknown): Typed {
  const config = at(filter, "typed_config");
  if (!isRecord(config)) return { config: undefined };
  const { "@type": type, ...rest } = config;
  const inside = at(config, "type_url");
  if (typeof inside === "string") return { type: lastName(inside), config: at(config, "value") };
  return typeof type === "string" ? { type: lastName(type), config: rest } : { config: rest };
}

function lastName(type: string): string {
  return type.slice(Math.max(type.lastIndexOf("."), type.lastIndexOf("/")) + 1);
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
