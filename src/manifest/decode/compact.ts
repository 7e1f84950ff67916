/** Makes a decoded object as small as it can be: a workspace holds thousands of them, alike in most of their parts. */

/** Texts that objects have in common, each once. */
export type SharedTexts = Map<string, string>;

const NO_ITEMS: readonly never[] = Object.freeze([]);
const NO_ENTRIES = Object.freeze({});

/** Beyond that, texts are hardly those of many objects. */
const MOST_TEXTS = 50_000;
const LONGEST = 200;

/** In place, since nobody else has seen the object yet. */
export function compact(object: object, shared: SharedTexts): void {
  const parts = object as Record<string, unknown>;
  for (const name of Object.keys(parts)) {
    const part = parts[name];
    const small = compacted(part, shared);
    if (small !== part || typeof part === "string") parts[name] = small;
  }
}

function compacted(value: unknown, shared: SharedTexts): unknown {
  if (typeof value === "string") return sharedText(value, shared);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    // Lists that grew item by item have room for more, which a copy has not.
    return value.length === 0 ? NO_ITEMS : value.map((item) => compacted(item, shared));
  }
  if (isEmpty(value)) return NO_ENTRIES;
  compact(value, shared);
  return value;
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

function sharedText(text: string, shared: SharedTexts): string {
  if (text.length > LONGEST) return text;
  const known = shared.get(text);
  if (known !== undefined) return known;
  if (shared.size >= MOST_TEXTS) shared.clear();
  const own = detached(text);
  shared.set(own, own);
  return own;
}

/** A part of a text keeps the whole of it in memory; a copy does not. */
function detached(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
