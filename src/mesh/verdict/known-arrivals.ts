/**
 * Arrivals that were judged before, as long as nothing that they depend on is another: the policies of the mesh, of the
 * target's namespace and of the pods' namespaces, and everything that is no policy.
 */
import { inNamespace } from "../by-namespace.ts";
import type { Call } from "../callers/call.ts";
import { targetNamespace } from "../callers/target.ts";
import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import { fullHost, hostOf } from "../registry/host.ts";
import { servicesNamed } from "../registry/service.ts";
import { routesByHost } from "./routes-by-host.ts";
import type { Arrival } from "./verdict.ts";

interface Known {
  readonly arrivals: readonly Arrival[];
  readonly ofMesh: Mesh["policies"];
  readonly ofTarget: Mesh["policies"];
  /** Of the pods that are in another namespace than the target. */
  readonly elsewhere?: readonly { readonly namespace: string; readonly policies: Mesh["policies"] }[];
}

interface Store {
  /** The snapshot without its policies. */
  readonly rest: Mesh;
  readonly byCall: WeakMap<Call, readonly Known[]>;
}

/** With all policies, and without that of the mesh. */
const KEPT = 2;

/** Variants of one snapshot that differ in more than policies are made for one question and soon forgotten. */
const VARIANTS = 2;

const stores = remembered((_: Mesh["workloads"]): Store[] => []);

const storeOf = remembered((mesh: Mesh): Store => {
  const all = stores(mesh.workloads);
  const known = all.find(({ rest }) => sameRest(rest, mesh));
  if (known !== undefined) return known;
  const store = { rest: { ...mesh, policies: [] }, byCall: new WeakMap<Call, readonly Known[]>() };
  all.push(store);
  if (all.length > VARIANTS) all.splice(1, 1);
  return store;
});

function sameRest(rest: Mesh, mesh: Mesh): boolean {
  const keys = Object.keys(rest) as (keyof Mesh)[];
  return keys.every((key) => key === "policies" || rest[key] === mesh[key]);
}

export function knownArrivals(mesh: Mesh, call: Call, judge: () => readonly Arrival[]): readonly Arrival[] {
  const { byCall } = storeOf(mesh);
  const policiesIn = (namespace: string) => inNamespace(mesh.policies, namespace);
  const namespace = targetNamespace(call.target);
  const ofMesh = policiesIn(mesh.config.rootNamespace);
  const ofTarget = policiesIn(namespace);
  const known = byCall.get(call) ?? [];
  const same = known.find(
    (each) =>
      each.ofMesh === ofMesh &&
      each.ofTarget === ofTarget &&
      (each.elsewhere ?? []).every(({ namespace, policies }) => policiesIn(namespace) === policies),
  );
  if (same !== undefined) return same.arrivals;
  const arrivals = judge().slice();
  if (staysInNamespace(mesh, call)) {
    const others = new Set(arrivals.map(({ replica }) => replica.namespace));
    others.delete(namespace);
    const elsewhere = [...others].map((other) => ({ namespace: other, policies: policiesIn(other) }));
    const now = { arrivals, ofMesh, ofTarget, ...(elsewhere.length === 0 ? {} : { elsewhere }) };
    byCall.set(call, [now, ...known.slice(0, KEPT - 1)]);
  }
  return arrivals;
}

/** A route to a Service of another namespace makes its policies count too. */
function staysInNamespace(mesh: Mesh, { target }: Call): boolean {
  if (target.type === "pods") return true;
  const { service } = target;
  const { exact, others } = routesByHost(mesh.virtualServices);
  return [...(exact.get(hostOf(service)) ?? []), ...others].every(({ namespace, routes }) =>
    routes.every(({ destinations }) =>
      destinations.every(({ host }) =>
        servicesNamed(mesh, fullHost(host, namespace)).every((each) => each.namespace === service.namespace),
      ),
    ),
  );
}
