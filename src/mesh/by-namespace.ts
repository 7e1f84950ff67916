/** The objects of one namespace, found without looking at those of all others. */

interface Namespaced {
  readonly namespace: string;
}

const groups = new WeakMap<readonly Namespaced[], ReadonlyMap<string, readonly Namespaced[]>>();

/** In the order of the list, which is grouped once as long as it lives. */
export function inNamespace<T extends Namespaced>(objects: readonly T[], namespace: string): readonly T[] {
  const known = groups.get(objects) ?? Map.groupBy<string, Namespaced>(objects, (each) => each.namespace);
  groups.set(objects, known);
  // A group holds objects of its list, which the compiler cannot know of a map by list.
  return (known.get(namespace) ?? []) as readonly Namespaced[] as readonly T[];
}
