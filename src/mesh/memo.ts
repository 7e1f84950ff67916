/** Remembers what is derived from a part of a snapshot, as long as that part lives. Snapshots are immutable. */
export function remembered<Part extends WeakKey, Value>(derive: (part: Part) => Value): (part: Part) => Value {
  const values = new WeakMap<Part, { readonly value: Value }>();
  return (part) => {
    const known = values.get(part);
    if (known !== undefined) return known.value;
    const value = derive(part);
    values.set(part, { value });
    return value;
  };
}
