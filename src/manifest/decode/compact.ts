/** Makes a decoded object as small as it can be: a workspace holds thousands of them, alike in most of their parts. */

const NOTHING: readonly never[] = Object.freeze([]);

/** In place, since nobody else has seen the object yet. */
export function compact(object: object): void {
  const parts = object as Record<string, unknown>;
  for (const name of Object.keys(parts)) {
    const part = parts[name];
    const small = compacted(part);
    if (small !== part) parts[name] = small;
  }
}

function compacted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (!Array.isArray(value)) {
    compact(value);
    return value;
  }
  // Lists that grew item by item have room for more, which a copy has not.
  return value.length === 0 ? NOTHING : value.map(compacted);
}
