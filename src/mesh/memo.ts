/** Remembers what is derived from a part of a snapshot, as long as that part lives. Snapshots are immutable. */
export function remembered<Part extends WeakKey, Value>(derive: (part: Part) => Value): (part: Part) => Value {
  const values = new WeakMap<Part, Value>();
  return (part) => {
    const known = values.get(part);
    if (known !== undefined || values.has(part)) return known as Value;
    const value = derive(part);
    values.set(part, value);
    return value;
  };
}

/** Variants of one snapshot are looked at in turn: with a policy and without it, by one revision and by another. */
const VARIANTS = 2;

/**
 * Remembers what is derived from a part and from others beside it: another edit finds it again where all of them are
 * still the same. Invariant: `from` holds everything that `derive` reads of the snapshot but the part itself.
 */
export function rememberedFrom<Part extends WeakKey, Value>(): (
  part: Part,
  from: readonly unknown[],
  derive: () => Value,
) => Value {
  const values = new WeakMap<Part, readonly { readonly from: readonly unknown[]; readonly value: Value }[]>();
  return (part, from, derive) => {
    const known = values.get(part) ?? [];
    const same = known.find((each) => sameItems(each.from, from));
    if (same !== undefined) return same.value;
    const value = derive();
    values.set(part, [{ from, value }, ...known.slice(0, VARIANTS - 1)]);
    return value;
  };
}

export function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index]));
}
