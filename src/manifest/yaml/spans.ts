/**
 * Where a field stands, by the quick reading: the same answers as the tree's, or `doubt` where that has to be asked. What
 * is kept of a document takes as much room as its text.
 */
import { COLLECTION_STYLE, EVENT_ID, type Event, SCALAR_STYLE } from "js-yaml";
import type { Pointer } from "../../mesh/resources/meta.ts";
import type { FieldSpans, Span } from "../problem.ts";
import { readEvents } from "./events.ts";
import { colonAfter, tokensOf } from "./locate.ts";
import { keyText, plainScalar } from "./scalar.ts";

/** What stands at one mark. Of `hidden` scalars the place is not told: block scalars, escapes, and what is not there. */
const MARK = { end: 0, list: 1, flowList: 2, map: 3, flowMap: 4, plain: 5, quoted: 6, hidden: 7, absent: 8 } as const;

/** Kind, start and end of each node, in the order of the text. */
export type Marks = Int32Array | Uint16Array;

const WIDTH = 3;

/** Offsets of such a text fit into 16 bits. */
const SHORT = 2 ** 16;

/** Undefined for text that only the tree understands. */
export function readMarks(text: string): Marks | undefined {
  const events = readEvents(text);
  const numbers = events?.flatMap(markOf);
  return numbers && (text.length < SHORT ? Uint16Array.from(numbers) : Int32Array.from(numbers));
}

export function spansByMarks(text: string, marks: Marks, pointer: Pointer): FieldSpans | undefined | "doubt" {
  const walk = { text, marks };
  let at = 0;
  let key: Span | undefined;
  for (const token of tokensOf(pointer)) {
    const child = childAt(walk, at, token);
    if (child === undefined || child === "doubt") return child;
    at = child.value;
    key = child.key;
  }
  if (key !== undefined && kindAt(marks, at) === MARK.absent) {
    const colon = colonAfter(text, key);
    return { key, value: { start: colon, end: colon } };
  }
  const value = spanAt(walk, at);
  if (value === undefined) return "doubt";
  return key === undefined ? { value } : { key, value };
}

function markOf(event: Event): readonly [kind: number, start: number, end: number] {
  switch (event.type) {
    case EVENT_ID.SEQUENCE:
      return [event.style === COLLECTION_STYLE.FLOW ? MARK.flowList : MARK.list, event.start, 0];
    case EVENT_ID.MAPPING:
      return [event.style === COLLECTION_STYLE.FLOW ? MARK.flowMap : MARK.map, event.start, 0];
    case EVENT_ID.SCALAR: {
      const { style, valueStart, valueEnd } = event;
      if (valueStart < 0) return [MARK.absent, 0, 0];
      if (style === SCALAR_STYLE.PLAIN && event.fast) return [MARK.plain, valueStart, valueEnd];
      const isQuoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
      return isQuoted && event.fast ? [MARK.quoted, valueStart - 1, valueEnd + 1] : [MARK.hidden, 0, 0];
    }
    default:
      return [MARK.end, 0, 0];
  }
}

interface Walk {
  readonly text: string;
  readonly marks: Marks;
}

function kindAt(marks: Marks, at: number): number {
  return marks[at * WIDTH] ?? MARK.end;
}

function placeAt(marks: Marks, at: number): Span {
  return { start: marks[at * WIDTH + 1] ?? 0, end: marks[at * WIDTH + 2] ?? 0 };
}

/** The entry or item of that name: the place of its key, and the mark at which its value begins. */
function childAt({ text, marks }: Walk, parent: number, token: string) {
  const kind = kindAt(marks, parent);
  const isMap = kind === MARK.map || kind === MARK.flowMap;
  if (!isMap && kind !== MARK.list && kind !== MARK.flowList) return kind === MARK.hidden ? "doubt" : undefined;
  let at = parent + 1;
  for (let index = 0; kindAt(marks, at) !== MARK.end; index++) {
    const value = isMap ? at + 1 : at;
    const key = isMap ? placeAt(marks, at) : undefined;
    const name = key === undefined ? String(index) : nameAt(text, kindAt(marks, at), key);
    if (name === undefined) return "doubt";
    if (name === token) return key === undefined ? { value } : { key, value };
    at = behind(marks, value);
  }
  return undefined;
}

function nameAt(text: string, kind: number, { start, end }: Span): string | undefined {
  if (kind === MARK.quoted) return text.slice(start + 1, end - 1);
  return kind === MARK.plain ? keyText(plainScalar(text.slice(start, end))) : undefined;
}

/** The mark behind a node with all that is in it. */
function behind(marks: Marks, from: number): number {
  let depth = 0;
  for (let at = from; at * WIDTH < marks.length; at++) {
    const kind = kindAt(marks, at);
    if (kind === MARK.end) depth--;
    else if (kind <= MARK.flowMap) depth++;
    if (depth === 0) return at + 1;
  }
  return marks.length;
}

function spanAt(walk: Walk, at: number): Span | undefined {
  const kind = kindAt(walk.marks, at);
  const place = placeAt(walk.marks, at);
  switch (kind) {
    case MARK.plain:
    case MARK.quoted:
      return place;
    case MARK.list:
    case MARK.map:
      return ending(place.start, lastEnd(walk, at));
    case MARK.flowList:
    case MARK.flowMap:
      return ending(place.start, flowEnd(walk, at, place.start));
    default:
      return undefined;
  }
}

function ending(start: number, end: number | undefined): Span | undefined {
  return end === undefined ? undefined : { start, end };
}

/** Where the last child of a collection ends. Undefined where that is not there: it can stand on any of the next lines. */
function lastEnd(walk: Walk, parent: number): number | undefined {
  const { marks } = walk;
  const isMap = kindAt(marks, parent) === MARK.map || kindAt(marks, parent) === MARK.flowMap;
  let last: number | undefined;
  for (let at = parent + 1; kindAt(marks, at) !== MARK.end; at = behind(marks, last)) last = isMap ? at + 1 : at;
  return last === undefined ? undefined : spanAt(walk, last)?.end;
}

const CLOSING: Readonly<Record<string, RegExp>> = { "[": /\s*,?\s*\]/y, "{": /\s*,?\s*\}/y };

/**
 * Behind the bracket that closes it, when nothing but blanks, a comma and line breaks stand before that. A pair in a
 * list (`[a: b]`) is a map without brackets of its own.
 */
function flowEnd(walk: Walk, parent: number, start: number): number | undefined {
  const isEmpty = kindAt(walk.marks, parent + 1) === MARK.end;
  const end = isEmpty ? start + 1 : lastEnd(walk, parent);
  if (end === undefined) return undefined;
  const closing = CLOSING[walk.text.charAt(start)];
  if (closing === undefined) return undefined;
  closing.lastIndex = end;
  return closing.test(walk.text) ? closing.lastIndex : undefined;
}
