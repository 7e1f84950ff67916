/** How known calls arrive at one workload, and how those that it makes arrive elsewhere. */
import { inNamespace } from "../by-namespace.ts";
import { callingNamespaces } from "../callers/call.ts";
import { callIndex } from "../callers/call-index.ts";
import type { Mesh } from "../mesh.ts";
import { type ResourceRef, sameRef } from "../resources/meta.ts";
import { rememberedNear } from "../snapshot/surroundings.ts";
import { arrivalsOf, namespacesOf, staysInNamespace } from "./arrivals.ts";
import type { Arrival } from "./verdict.ts";

/** Arrivals of every known call at one workload. */
export function arrivalsAt(mesh: Mesh, workload: ResourceRef): readonly Arrival[] {
  return callIndex(mesh)
    .to(workload)
    .flatMap((call) => arrivalsOf(mesh, call))
    .filter((arrival) => sameRef(arrival.workload, workload));
}

/** Arrivals of every known call that one workload makes. */
export function callsBy(mesh: Mesh, workload: ResourceRef): readonly Arrival[] {
  return callIndex(mesh)
    .from(workload)
    .flatMap((call) => arrivalsOf(mesh, call));
}

/** Arrivals of every known call at the workloads of one namespace. */
export function arrivalsIn(mesh: Mesh, namespace: string): readonly Arrival[] {
  return arrivalsAtAll(mesh, inNamespace(mesh.workloads, namespace));
}

const arrivalsAtAll = rememberedByArrivals((mesh, workloads) =>
  workloads.flatMap((workload) => arrivalsAt(mesh, workload)),
);

/** What follows from workloads of one namespace, their ports and modes, and how calls arrive there: kept while that is the same. */
export function rememberedByArrivals<Value>(
  derive: (mesh: Mesh, workloads: Mesh["workloads"]) => Value,
): (mesh: Mesh, workloads: Mesh["workloads"]) => Value {
  return rememberedNear(
    (mesh, workloads: Mesh["workloads"]) => {
      const arrivals = workloads.flatMap((workload) => arrivalsAt(mesh, workload));
      const stays = arrivals.every(({ call }) => staysInNamespace(mesh, call));
      const ends = () => [
        ...workloads.map(({ namespace }) => namespace),
        ...arrivals.flatMap(({ call }) => namespacesOf(mesh, call, arrivalsOf(mesh, call))),
      ];
      return {
        value: derive(mesh, workloads),
        namespaces: stays ? ends() : undefined,
        callers: arrivals.flatMap(({ call }) => callingNamespaces(call.caller)),
      };
    },
    (mesh, workloads) => workloads.flatMap(callIndex(mesh).to),
  );
}
