/**
 * What follows from the policies of some namespaces, and from nothing else that an edit of policies changes: known as long
 * as those policies are the same, whatever is edited in others.
 */
import { inNamespace } from "../by-namespace.ts";
import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";

export interface Derived<Value> {
  readonly value: Value;
  /** Whose policies it depends on, besides those of the mesh. Undefined where nobody can tell: then it is not kept. */
  readonly namespaces: Iterable<string> | undefined;
}

interface Kept<Value> {
  readonly value: Value;
  readonly ofMesh: Mesh["policies"];
  readonly namespaces: readonly string[];
  readonly policies: readonly Mesh["policies"][];
}

/** With all policies, and without that of the mesh. */
const KEPT = 2;

export function rememberedByPolicies<Key extends WeakKey, Value>(
  derive: (mesh: Mesh, key: Key) => Derived<Value>,
): (mesh: Mesh, key: Key) => Value {
  const stores = remembered((_: Mesh) => new WeakMap<Key, readonly Kept<Value>[]>());
  return (mesh, key) => {
    const store = stores(restOf(mesh));
    const kept = store.get(key) ?? [];
    const policiesIn = (namespace: string) => inNamespace(mesh.policies, namespace);
    const ofMesh = policiesIn(mesh.config.rootNamespace);
    const known = kept.find(
      (each) =>
        each.ofMesh === ofMesh &&
        each.namespaces.every((namespace, index) => policiesIn(namespace) === each.policies[index]),
    );
    if (known !== undefined) return known.value;
    const { value, namespaces } = derive(mesh, key);
    if (namespaces !== undefined) {
      const distinct = [...new Set(namespaces)];
      const now = { value, ofMesh, namespaces: distinct, policies: distinct.map(policiesIn) };
      store.set(key, [now, ...kept.slice(0, KEPT - 1)]);
    }
    return value;
  };
}

/** Variants of one snapshot that differ in more than policies are made for one question and soon forgotten. */
const VARIANTS = 2;

const variants = remembered((_: Mesh["workloads"]): Mesh[] => []);

/** One object for all snapshots that differ in policies only. */
const restOf = remembered((mesh: Mesh): Mesh => {
  const all = variants(mesh.workloads);
  const known = all.find((rest) => sameRest(rest, mesh));
  if (known !== undefined) return known;
  const rest = { ...mesh, policies: [] };
  all.push(rest);
  if (all.length > VARIANTS) all.splice(1, 1);
  return rest;
});

function sameRest(rest: Mesh, mesh: Mesh): boolean {
  const keys = Object.keys(rest) as (keyof Mesh)[];
  return keys.every((key) => key === "policies" || rest[key] === mesh[key]);
}
