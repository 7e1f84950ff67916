/**
 * What follows from the objects of some namespaces: known as long as these are the same, whatever is edited in others.
 * Kinds that are not looked up by namespace count as a whole: one of another kind makes everything be found anew.
 */
import { inNamespace } from "../by-namespace.ts";
import { remembered, rememberedFrom, sameItems, snug } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import { hasWaypoints } from "../waypoints/attached.ts";

export interface Derived<Value> {
  readonly value: Value;
  /** Whose objects it depends on, besides those of the root namespace. Undefined where nobody can tell: then it is not kept. */
  readonly namespaces: Iterable<string> | undefined;
  /** Namespaces of callers, whose policies have no say. */
  readonly callers?: Iterable<string>;
}

interface Kept<Value> {
  readonly value: Value;
  readonly near: Near;
  readonly whole: readonly unknown[];
  /** With all policies, and without that of the mesh. */
  readonly other: Kept<Value> | undefined;
}

/** What was in these namespaces. One for all that is derived from the same ones of a snapshot. */
interface Near {
  readonly namespaces: readonly string[];
  readonly callers: readonly string[];
  /** Of the namespaces. */
  readonly policies: readonly Mesh["policies"][];
  /** Of both, in that order. */
  readonly parts: readonly Parts[];
}

/** `besides` is what counts that no namespace tells. */
export function rememberedNear<Key extends WeakKey, Value>(
  derive: (mesh: Mesh, key: Key) => Derived<Value>,
  besides: (mesh: Mesh, key: Key) => readonly unknown[] = () => [],
): (mesh: Mesh, key: Key) => Value {
  const store = new WeakMap<Key, Kept<Value>>();
  return (mesh, key) => {
    const kept = store.get(key);
    const others = besides(mesh, key);
    const whole = others.length === 0 ? wholeOf(mesh) : [...wholeOf(mesh), ...others];
    for (let each = kept; each !== undefined; each = each.other) {
      if (sameItems(each.whole, whole) && isStill(mesh, each.near)) return each.value;
    }
    const { value: made, namespaces, callers = [] } = derive(mesh, key);
    const value = snug(made);
    if (namespaces !== undefined) {
      const ends = new Set([mesh.config.rootNamespace, ...namespaces]);
      const near = nearOf(
        mesh,
        [...ends],
        [...new Set(callers)].filter((each) => !ends.has(each)),
      );
      store.set(key, { value, near, whole, other: kept && { ...kept, other: undefined } });
    }
    return value;
  };
}

/** Of these the verdicts read what is in the namespaces of both ends of a call and in the root namespace. */
const NEAR = [
  "workloads",
  "services",
  "destinationRules",
  "sidecars",
  "envoyFilters",
  "authorizationPolicies",
  "workloadEntries",
] as const satisfies readonly (keyof Mesh)[];

/** What is known of these stands in the workloads and in the calls. */
const NOT_READ: readonly (keyof Mesh)[] = ["controllers", "pods", "configMaps", "webhooks", "statedLabels"];

const APART: ReadonlySet<string> = new Set<keyof Mesh>([...NEAR, ...NOT_READ, "policies", "namespaces"]);

const wholeOf = remembered((mesh: Mesh): readonly unknown[] => {
  const isWide = isSpread(mesh);
  const whole = Object.entries(mesh).flatMap(([key, part]) =>
    key === "policies" || (!isWide && APART.has(key)) ? [] : [part],
  );
  return wholes(mesh.workloads, whole, () => whole);
});

const wholes = rememberedFrom<Mesh["workloads"], readonly unknown[]>();

/**
 * What becomes of a call can depend on objects of any namespace: an address can be that of any pod, a proxy that only
 * sends to what it knows compares with all Services, a waypoint can be anywhere, a listener can choose namespaces by their
 * labels, and BackendTLSPolicies read ConfigMaps.
 */
export function isSpread(mesh: Mesh): boolean {
  const { endpointSlices, backendPolicies, others } = mesh;
  return (
    endpointSlices.length + backendPolicies.length > 0 ||
    isRegistryOnly(mesh) ||
    hasWaypoints(others) ||
    hasChoosing(others)
  );
}

const hasChoosing = remembered((others: Mesh["others"]) =>
  others.some(({ listeners = [], listenersFrom }) =>
    [listenersFrom, ...listeners.map(({ routes }) => routes)].some((choice) => choice?.from === "Selector"),
  ),
);

/** Some proxy sends only to what it knows. */
function isRegistryOnly({ config, sidecars }: Mesh): boolean {
  return [config, ...sidecars].some(({ outboundTrafficPolicy: policy }) => policy === "REGISTRY_ONLY");
}

/** What is in one namespace: its Namespace, and a list of each kind. */
type Parts = readonly unknown[];

function nearOf(mesh: Mesh, namespaces: readonly string[], callers: readonly string[]): Near {
  const known = nears(mesh);
  const key = [...namespaces, "", ...callers].join("/");
  const near = known.get(key) ?? {
    namespaces,
    callers,
    policies: namespaces.map((namespace) => inNamespace(mesh.policies, namespace)),
    parts: [...namespaces, ...callers].map(partsIn(mesh)),
  };
  known.set(key, near);
  return near;
}

const nears = remembered((_: Mesh) => new Map<string, Near>());

/** Asked of thousands of calls after each edit: it makes nothing, and most lists are the very same. */
function isStill(mesh: Mesh, { namespaces, callers, policies, parts }: Near): boolean {
  const partsOf = partsIn(mesh);
  const isSame = (namespace: string, before: Parts | undefined) =>
    before !== undefined && sameItems(partsOf(namespace), before);
  return (
    namespaces.every((namespace, index) => inNamespace(mesh.policies, namespace) === policies[index]) &&
    namespaces.every((namespace, index) => isSame(namespace, parts[index])) &&
    callers.every((namespace, index) => isSame(namespace, parts[namespaces.length + index]))
  );
}

/** Snapshots that differ in policies only share them. */
const partsOfLists = rememberedFrom<Mesh["workloads"], (namespace: string) => Parts>();

const partsIn = remembered((mesh: Mesh) => {
  const { namespaces } = mesh;
  const lists = NEAR.map((key): readonly { readonly namespace: string }[] => mesh[key]);
  return partsOfLists(mesh.workloads, [namespaces, ...lists], () => {
    const byNamespace = new Map<string, Parts>();
    return (namespace) => {
      const known = byNamespace.get(namespace);
      if (known !== undefined) return known;
      const parts = [namespaces.get(namespace), ...lists.map((list) => inNamespace(list, namespace))];
      byNamespace.set(namespace, parts);
      return parts;
    };
  });
});
