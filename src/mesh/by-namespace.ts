/** The objects of one namespace, found without looking at those of all others. */

interface Namespaced {
  readonly namespace: string;
}

type Groups = ReadonlyMap<string, readonly Namespaced[]>;

/** Of a variant only what is asked of it: the group of a namespace. */
type Lookup = Pick<Groups, "get">;

const groups = new WeakMap<readonly Namespaced[], Lookup>();

const NONE: readonly never[] = [];

/** In the order of the list, which is grouped once as long as it lives. */
export function inNamespace<T extends Namespaced>(objects: readonly T[], namespace: string): readonly T[] {
  // A group holds objects of its list, which the compiler cannot know of a map by list.
  return (groupsOf(objects).get(namespace) ?? NONE) as readonly Namespaced[] as readonly T[];
}

/** `objects` differ from those `before` in these groups only: all others stay the same lists. */
export function regroup(objects: readonly Namespaced[], before: readonly Namespaced[], changed: Groups): void {
  const known = groups.get(before);
  const all = known instanceof Map ? (known as Groups) : group(before);
  groups.set(objects, new Map([...all, ...changed]));
}

/** The same of a variant that differs in one group and is soon forgotten. */
export function vary(
  objects: readonly Namespaced[],
  before: readonly Namespaced[],
  namespace: string,
  changed: readonly Namespaced[],
): void {
  const known = groupsOf(before);
  groups.set(objects, { get: (each) => (each === namespace ? changed : known.get(each)) });
}

function groupsOf(objects: readonly Namespaced[]): Lookup {
  const known = groups.get(objects) ?? group(objects);
  groups.set(objects, known);
  return known;
}

function group(objects: readonly Namespaced[]): Groups {
  return Map.groupBy<string, Namespaced>(objects, ({ namespace }) => namespace);
}
