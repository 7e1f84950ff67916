/** What Node 20 does not have yet and the rules use: the command line runs on the Node of whoever installs it. */

// The compiler knows it as always there.
const there: { groupBy?: typeof Map.groupBy } = Map;

there.groupBy ??= <Key, Item>(items: Iterable<Item>, keyOf: (item: Item, index: number) => Key): Map<Key, Item[]> => {
  const groups = new Map<Key, Item[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
};
