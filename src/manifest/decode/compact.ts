/** Makes a decoded object as small as it can be: a workspace holds thousands of them, alike in most of their parts. */

/** What objects have in common, each once: texts by themselves, and labels by what they say. */
export interface Shared {
  readonly texts: Map<string, string>;
  readonly labels: Map<string, object>;
}

export function nothingShared(): Shared {
  return { texts: new Map(), labels: new Map() };
}

const NO_ITEMS: readonly never[] = Object.freeze([]);
const NO_ENTRIES = Object.freeze({});

/** Beyond that, they are hardly those of many objects. */
const MOST = 50_000;
const LONGEST = 200;

/** In place, since nobody else has seen the object yet. */
export function compact(object: object, shared: Shared): void {
  const parts = object as Record<string, unknown>;
  for (const name of Object.keys(parts)) {
    const part = parts[name];
    const small = LABELS.has(name) ? sharedLabels(part, shared) : compacted(part, shared);
    if (small !== part || typeof part === "string") parts[name] = small;
  }
}

function compacted(value: unknown, shared: Shared): unknown {
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

/** Maps of texts by texts, of which every workload repeats its own in its Service and its policies. */
const LABELS: ReadonlySet<string> = new Set(["labels", "selector", "matchLabels"]);

function sharedLabels(value: unknown, shared: Shared): unknown {
  const own = compacted(value, shared);
  const entries = typeof own === "object" && own !== null ? Object.entries(own) : [];
  if (entries.length === 0 || entries.some(([, text]) => typeof text !== "string")) return own;
  const key = JSON.stringify(entries);
  const known = shared.labels.get(key);
  if (known === undefined) keep(shared.labels, key, own);
  return known ?? own;
}

function isEmpty(value: object): boolean {
  // What could not be read of a map is noted by a symbol.
  return Reflect.ownKeys(value).length === 0 && Object.getPrototypeOf(value) === Object.prototype;
}

function sharedText(text: string, shared: Shared): string {
  if (text.length > LONGEST) return text;
  const known = shared.texts.get(text);
  if (known !== undefined) return known;
  const own = detached(text);
  keep(shared.texts, own, own);
  return own;
}

function keep(map: Map<string, unknown>, key: string, value: unknown): void {
  if (map.size >= MOST) map.clear();
  map.set(key, value);
}

/** A part of a text keeps the whole of it in memory; a copy does not. */
export function detached(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
