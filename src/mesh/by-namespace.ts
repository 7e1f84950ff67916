/** The objects of one namespace, found without looking at those of all others. */

interface Namespaced {
  readonly namespace: string;
}

type Groups = ReadonlyMap<string, readonly Namespaced[]>;

const groups = new WeakMap<readonly Namespaced[], Groups>();

const NONE: readonly never[] = [];

/** In the order of the list, which is grouped once as long as it lives. */
export function inNamespace<T extends Namespaced>(objects: readonly T[], namespace: string): readonly T[] {
  // A group holds objects of its list, which the compiler cannot know of a map by list.
  return (groupsOf(objects).get(namespace) ?? NONE) as readonly Namespaced[] as readonly T[];
}

/** `objects` differ from those `before` in these groups only: all others stay the same lists. */
export function regroup(objects: readonly Namespaced[], before: readonly Namespaced[], changed: Groups): void {
  groups.set(objects, new Map([...groupsOf(before), ...changed]));
}

function groupsOf(objects: readonly Namespaced[]): Groups {
  const known = groups.get(objects) ?? Map.groupBy<string, Namespaced>(objects, ({ namespace }) => namespace);
  groups.set(objects, known);
  return known;
}
