/**
 * Reading JSON of any shape field by field. Whatever has the wrong type or could not be read is noted as a gap at its
 * pointer and read as absent, so that one wrong field never spoils the others.
 */
import { type Gap, type Labels, type Pointer, type UnknownField, under } from "../../mesh/resources/meta.ts";
import { type Fault, incompleteFault, unread, unreadFault } from "./fault.ts";

/** What was noted while one object was read. A pointer is noted once. */
export interface Notes {
  readonly gaps: Map<Pointer, Gap>;
  readonly unknownFields: UnknownField[];
}

export interface Field {
  readonly value: unknown;
  readonly at: Pointer;
  readonly notes: Notes;
}

export function rootField(value: unknown): Field {
  return { value, at: "", notes: { gaps: new Map(), unknownFields: [] } };
}

/** An entry of a map; absent when there is none, and when the field is no map. */
export function get(field: Field, ...path: readonly string[]): Field {
  let at = field;
  for (const key of path) {
    const map = mapOf(at);
    const value = map && Object.hasOwn(map, key) ? map[key] : undefined;
    const fault = incompleteFault(map);
    at = { value: value ?? (fault && unread(fault)), at: under(at.at, key), notes: field.notes };
  }
  return at;
}

/** The API server treats null like an absent field. */
export function isPresent(field: Field): boolean {
  return field.value !== undefined && field.value !== null && !noteUnread(field);
}

export function text(field: Field): string | undefined {
  return typed(field, "text", (value) => typeof value === "string") as string | undefined;
}

export function integer(field: Field): number | undefined {
  return typed(field, "a whole number", Number.isInteger) as number | undefined;
}

export function flag(field: Field): boolean | undefined {
  return typed(field, "true or false", (value) => typeof value === "boolean") as boolean | undefined;
}

/** Kubernetes' IntOrString. */
export function textOrInteger(field: Field): string | number | undefined {
  const fits = (value: unknown) => typeof value === "string" || Number.isInteger(value);
  return typed(field, "a whole number or text", fits) as string | number | undefined;
}

export function items(field: Field): readonly Field[] {
  const list = typed(field, "a list", Array.isArray) as readonly unknown[] | undefined;
  noteIncomplete(field, list);
  return (list ?? []).map((value, index) => ({ value, at: under(field.at, index), notes: field.notes }));
}

export function texts(field: Field): readonly string[] {
  return defined(items(field).map(text));
}

/** All entries of a map whose keys are the author's own. */
export function entries(field: Field): readonly (readonly [string, Field])[] {
  const map = mapOf(field);
  noteIncomplete(field, map);
  return Object.entries(map ?? {}).map(([key, value]) => [
    key,
    { value, at: under(field.at, key), notes: field.notes },
  ]);
}

/** A label without a value is being typed: the API server refuses it here, or stores "" there. */
export function labels(field: Field): Labels {
  const read = entries(field).map(([key, value]) => {
    if (value.value === null) addFault(value, { why: "unfinished", says: "has no value" });
    return [key, text(value)] as const;
  });
  return Object.fromEntries(read.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A reading of the field, or nothing where the field is absent. */
export function optional<T>(field: Field, read: (field: Field) => T): T | undefined {
  return isPresent(field) ? read(field) : undefined;
}

/** One of the words; anything else is a gap that lists them. */
export function word<W extends string>(field: Field, words: readonly W[]): W | undefined {
  const found = text(field);
  if (found === undefined) return undefined;
  const known = words.find((candidate) => candidate === found);
  if (known === undefined) note(field, `${nameOf(field)} ${shown(found)} is not one of ${words.join(", ")}`);
  return known;
}

/**
 * Notes the entries of a map that the schema does not know: the API server drops them. Not in a map with a syntax
 * error, where a field of another map can have ended up.
 */
export function noteUnknownFields(field: Field, known: readonly string[]): void {
  if (!isMap(field.value) || unreadFault(field.value) || incompleteFault(field.value)) return;
  for (const key of Object.keys(field.value)) {
    if (!known.includes(key)) field.notes.unknownFields.push({ pointer: under(field.at, key), key, known });
  }
}

export function note(field: Field, says: string): void {
  addGap(field, { pointer: field.at, why: "malformed", says });
}

export function defined<T>(values: readonly (T | undefined)[]): readonly T[] {
  return values.filter((value) => value !== undefined) as readonly T[];
}

function typed(field: Field, expected: string, fits: (value: unknown) => boolean): unknown {
  if (!isPresent(field)) return undefined;
  if (fits(field.value)) return field.value;
  noteWrongType(field, expected);
  return undefined;
}

function mapOf(field: Field): Readonly<Record<string, unknown>> | undefined {
  return typed(field, "a map", isMap) as Readonly<Record<string, unknown>> | undefined;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value of the wrong type inside broken text is the fault of the text. */
function noteWrongType(field: Field, expected: string): void {
  const fault = incompleteFault(field.value);
  if (fault) addFault(field, fault);
  else note(field, `${nameOf(field)} is ${kindOf(field.value)}, not ${expected}`);
}

function noteUnread(field: Field): boolean {
  const fault = unreadFault(field.value);
  if (fault) addFault(field, fault);
  return fault !== undefined;
}

function noteIncomplete(field: Field, value: unknown): void {
  const fault = incompleteFault(value);
  if (fault) addFault(field, fault);
}

function addFault(field: Field, fault: Fault): void {
  addGap(field, { pointer: field.at, why: fault.why, says: `${nameOf(field)} ${fault.says}` });
}

function addGap(field: Field, gap: Gap): void {
  field.notes.gaps.set(gap.pointer, gap);
}

function nameOf(field: Field): string {
  const key = field.at.slice(field.at.lastIndexOf("/") + 1);
  return key === "" ? "the object" : key.replaceAll("~1", "/").replaceAll("~0", "~");
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isMap(value)) return "a map";
  if (typeof value === "string") return `the text ${shown(value)}`;
  return typeof value === "boolean" ? `the boolean ${value}` : `the number ${value}`;
}

function shown(value: string): string {
  const line = value.length > 40 ? `${value.slice(0, 40)}…` : value;
  return line === "" || /\s/.test(line) ? JSON.stringify(line) : line;
}
