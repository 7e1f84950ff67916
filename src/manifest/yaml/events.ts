/**
 * The quick reading of plain YAML: one document of maps, lists and scalars, without anchors, tags, merges or doubts. It
 * gives the same value as the tree, ten times as fast; for everything else there is none, and the tree is asked.
 */
import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE } from "js-yaml";
import { BUDGET } from "./budget.ts";
import { keyText, plainScalar, type ScalarValue } from "./scalar.ts";

type ScalarEvent = Extract<Event, { readonly type: typeof EVENT_ID.SCALAR }>;

/** Templates, directives, explicit keys, block scalars that say their indentation, indented document markers, tabs and other control characters. */
const DOUBTFUL =
  /\{\{|^%|^ *(?:- +)*\?|[\|>][\-+]?\d|^ +(?:---|\.\.\.)|\r(?!\n)|[[\p{Cc}\u2028\u2029\ufeff]--[\r\n]]/mv;

/** The events of one document, without its start. Undefined where the tree has to be asked. */
export function readEvents(text: string): readonly Event[] | undefined {
  if (text.length > BUDGET.characters || DOUBTFUL.test(text)) return undefined;
  try {
    const events = parseEvents(text, { maxDepth: BUDGET.depth });
    const start = events.shift();
    if (start?.type !== EVENT_ID.DOCUMENT || events.length > BUDGET.nodes) return undefined;
    events.pop();
    return events.every(isPlain) ? events : undefined;
  } catch {
    return undefined;
  }
}

/** The JSON value; undefined where a key stands twice or is no text. */
export function eventsValue(text: string, events: readonly Event[]): { readonly value: unknown } | undefined {
  if (events.length === 0) return { value: null };
  const walk: Walk = { text, events, next: 0, doubt: false };
  const value = nodeValue(walk);
  return walk.doubt || walk.next < events.length ? undefined : { value };
}

export function scalarText(text: string, event: ScalarEvent): ScalarValue {
  if (event.valueStart < 0) return null;
  const value = event.fast ? text.slice(event.valueStart, event.valueEnd) : getScalarValue(text, event);
  return event.style === SCALAR_STYLE.PLAIN ? plainScalar(value) : value;
}

interface Walk {
  readonly text: string;
  readonly events: readonly Event[];
  next: number;
  doubt: boolean;
}

function isPlain(event: Event): boolean {
  switch (event.type) {
    case EVENT_ID.POP:
      return true;
    case EVENT_ID.ALIAS:
    case EVENT_ID.DOCUMENT:
      return false;
    default:
      return event.anchorStart < 0 && event.tagStart < 0;
  }
}

function nodeValue(walk: Walk): unknown {
  const event = walk.events[walk.next++];
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return scalarText(walk.text, event);
    case EVENT_ID.SEQUENCE:
      return listValue(walk);
    case EVENT_ID.MAPPING:
      return mapValue(walk);
    default:
      walk.doubt = true;
      return undefined;
  }
}

function listValue(walk: Walk): unknown {
  const list: unknown[] = [];
  while (!walk.doubt && !ends(walk)) list.push(nodeValue(walk));
  walk.next++;
  return list;
}

function mapValue(walk: Walk): unknown {
  const map: Record<string, unknown> = {};
  while (!walk.doubt && !ends(walk)) {
    const key = keyAt(walk.text, walk.events[walk.next++]);
    if (key === undefined || Object.hasOwn(map, key)) {
      walk.doubt = true;
      return undefined;
    }
    map[key] = nodeValue(walk);
  }
  walk.next++;
  return map;
}

function ends(walk: Walk): boolean {
  const event = walk.events[walk.next];
  return event === undefined || event.type === EVENT_ID.POP;
}

/** A key on one line, as people write it. */
export function keyAt(text: string, event: Event | undefined): string | undefined {
  if (event?.type !== EVENT_ID.SCALAR || event.valueStart < 0 || !event.fast) return undefined;
  const key = keyText(scalarText(text, event));
  return key === "<<" || key === "__proto__" ? undefined : key;
}
