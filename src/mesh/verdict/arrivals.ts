/** How each known call arrives at the workloads it reaches: per workload and port, the worst over all pods. */

import { inNamespace } from "../by-namespace.ts";
import type { Call } from "../callers/call.ts";
import { callIndex } from "../callers/call-index.ts";
import { targetNamespace } from "../callers/target.ts";
import type { Mesh } from "../mesh.ts";
import { fullHost, hostOf } from "../registry/host.ts";
import { servicesNamed } from "../registry/service.ts";
import { type ResourceRef, refKey, sameRef } from "../resources/meta.ts";
import { enforcedMode } from "../server/enforced.ts";
import type { Replica, Workload } from "../workload.ts";
import { rememberedByPolicies } from "./by-policies.ts";
import { behind, callingPods, judge } from "./judge.ts";
import { routesByHost } from "./routes-by-host.ts";
import { type Arrival, type Verdict, WORST_FIRST } from "./verdict.ts";

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

const arrivalsAtAll = rememberedByPolicies((mesh, workloads: Mesh["workloads"]) => {
  const value = workloads.flatMap((workload) => arrivalsAt(mesh, workload));
  const stays = value.every(({ call }) => staysInNamespace(mesh, call));
  return {
    value,
    namespaces: stays ? value.flatMap(({ call }) => namespacesOf(call, arrivalsOf(mesh, call))) : undefined,
  };
});

/** One call at every workload and port that it reaches. */
export const arrivalsOf = rememberedByPolicies((mesh, call: Call) => {
  const value = judgeArrivals(mesh, call).slice();
  return { value, namespaces: staysInNamespace(mesh, call) ? namespacesOf(call, value) : undefined };
});

/** Whose policies count: those of the target, and of the pods behind it, which can be in other namespaces. */
function namespacesOf({ target }: Call, arrivals: readonly Arrival[]): readonly string[] {
  return [targetNamespace(target), ...arrivals.map(({ replica }) => replica.namespace)];
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

/** Of a mesh of which nothing is worth remembering. */
export function judgeArrivals(mesh: Mesh, call: Call): readonly Arrival[] {
  const judged = callingPods(call).flatMap((pod) => {
    if (!("missing" in pod)) return judge(mesh, pod, call);
    const verdict: Verdict = { outcome: "unknown", missing: pod.missing };
    return behind(mesh, call).map((endpoint) => ({ endpoint, verdict }));
  });
  const inView = judged.flatMap(({ endpoint: { at, port }, verdict }) =>
    at === undefined ? [] : [{ ...at, port, verdict }],
  );
  const groups = Map.groupBy(inView, ({ workload, port }) => `${refKey(workload)}:${port}`);
  return [...groups.values()].flatMap((each) => worstOf(mesh, call, each));
}

interface Judgement {
  readonly workload: Workload;
  readonly replica: Replica;
  readonly port: number;
  readonly verdict: Verdict;
}

function worstOf(mesh: Mesh, call: Call, judgements: readonly Judgement[]): readonly Arrival[] {
  const [worst] = judgements.toSorted((a, b) => WORST_FIRST[a.verdict.outcome] - WORST_FIRST[b.verdict.outcome]);
  if (worst === undefined) return [];
  const answer = enforcedMode(mesh, worst.replica, worst.port);
  const mode = answer?.known === true ? { mode: { mode: answer.mode, origin: answer.origin } } : {};
  return [{ call, ...worst, ...mode }];
}
