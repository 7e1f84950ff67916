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

const arrivalsAtAll = rememberedNear(
  (mesh, workloads: Mesh["workloads"]) => {
    const value = workloads.flatMap((workload) => arrivalsAt(mesh, workload));
    const stays = value.every(({ call }) => staysInNamespace(mesh, call));
    return {
      value,
      namespaces: stays ? value.flatMap(({ call }) => namespacesOf(mesh, call, arrivalsOf(mesh, call))) : undefined,
      callers: value.flatMap(({ call }) => callingNamespaces(call.caller)),
    };
  },
  (mesh, workloads) => workloads.flatMap(callIndex(mesh).to),
);
