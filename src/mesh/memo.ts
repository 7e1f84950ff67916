/** Remembers what is derived from a part of a snapshot, as long as that part lives. Snapshots are immutable. */
export function remembered<Part extends WeakKey, Value>(derive: (part: Part) => Value): (part: Part) => Value {
  const values = new WeakMap<Part, Value>();
  return (part) => {
    const known = values.get(part);
    if (known !== undefined || values.has(part)) return known as Value;
    const value = snug(derive(part));
    values.set(part, value);
    return value;
  };
}

interface Known<Value> {
  readonly from: readonly unknown[];
  readonly value: Value;
  /** Variants of one snapshot are looked at in turn: with a policy and without it, by one revision and by another. */
  readonly other: Known<Value> | undefined;
}

/**
 * Remembers what is derived from a part and from others beside it: another edit finds it again where all of them are
 * still the same. Invariant: `from` holds everything that `derive` reads of the snapshot but the part itself.
 */
export function rememberedFrom<Part extends WeakKey, Value>(): (
  part: Part,
  from: readonly unknown[],
  derive: () => Value,
) => Value {
  const values = new WeakMap<Part, Known<Value>>();
  const lists = new WeakMap<object, readonly unknown[]>();
  return (part, from, derive) => {
    const known = values.get(part);
    for (let each = known; each !== undefined; each = each.other) if (sameItems(each.from, from)) return each.value;
    const value = snug(derive());
    values.set(part, { from: oneList(lists, from), value, other: known && { ...known, other: undefined } });
    return value;
  };
}

/** Parts that are asked for in turn are mostly derived from the same others: one list serves them all. */
function oneList(lists: WeakMap<object, readonly unknown[]>, from: readonly unknown[]): readonly unknown[] {
  const owner = from.find((item): item is object => typeof item === "object" && item !== null);
  if (owner === undefined) return snug(from);
  const last = lists.get(owner);
  if (last !== undefined && sameItems(last, from)) return last;
  const list = snug(from);
  lists.set(owner, list);
  return list;
}

const NONE: readonly never[] = Object.freeze([]);

/** Lists that grew item by item have room for more, which a copy has not; and all empty ones are alike. */
export function snug<Value>(value: Value): Value {
  if (!Array.isArray(value)) return value;
  return (value.length === 0 ? NONE : value.slice()) as Value;
}

export function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index]));
}
