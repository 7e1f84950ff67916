/** The objects of one namespace, found without looking at those of all others. */
import { snug } from "./memo.ts";

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

/** So many changed groups are looked up beside the others before all are copied. */
const BESIDE = 64;

/** `objects` differ from those `before` in these groups only: all others stay the same lists. */
export function regroup(objects: readonly Namespaced[], before: readonly Namespaced[], changed: Groups): void {
  groupsOf(before);
  const { all, beside } = layers.get(before) ?? { all: group(before), beside: new Map() };
  const next = new Map([...beside, ...changed]);
  const layer = next.size > BESIDE ? { all: new Map([...all, ...next]), beside: new Map() } : { all, beside: next };
  layers.set(objects, layer);
  groups.set(objects, { get: (namespace) => layer.beside.get(namespace) ?? layer.all.get(namespace) });
}

const layers = new WeakMap<readonly Namespaced[], { readonly all: Groups; readonly beside: Groups }>();

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
  const known = groups.get(objects);
  if (known !== undefined) return known;
  const all = group(objects);
  groups.set(objects, all);
  layers.set(objects, { all, beside: new Map() });
  return all;
}

function group(objects: readonly Namespaced[]): Groups {
  const all = Map.groupBy<string, Namespaced>(objects, ({ namespace }) => namespace);
  return new Map([...all].map(([namespace, each]) => [namespace, snug(each)]));
}
