/**
 * How a JSON value says that a part of it could not be read: a template action, or text with a syntax error.
 * Values without faults are plain JSON, so decoders read files and API answers alike.
 */
import type { Gap } from "../../mesh/resources/meta.ts";

export interface Fault {
  readonly why: Exclude<Gap["why"], "malformed">;
  /** One clause for people. */
  readonly says: string;
  /** What stands in the text, for names that can still be shown. */
  readonly text?: string;
}

const UNREAD = Symbol("unread");
const INCOMPLETE = Symbol("incomplete");

/** Stands in place of a value that could not be read. */
export function unread(fault: Fault): object {
  return { [UNREAD]: fault };
}

/** Marks a map or list of which some entries could not be read: what is absent from it is unknown. */
export function markIncomplete(value: object, fault: Fault): void {
  Object.defineProperty(value, INCOMPLETE, { value: fault, configurable: true });
}

export function unreadFault(value: unknown): Fault | undefined {
  return faultAt(value, UNREAD);
}

export function incompleteFault(value: unknown): Fault | undefined {
  return faultAt(value, INCOMPLETE);
}

function faultAt(value: unknown, mark: symbol): Fault | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Readonly<Record<symbol, Fault | undefined>>)[mark];
}
