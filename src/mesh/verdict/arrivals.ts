/** How each known call arrives at the workloads it reaches: per workload and port, the worst over all pods. */

import { type Call, callingNamespaces } from "../callers/call.ts";
import { targetNamespace } from "../callers/target.ts";
import { routesByHost } from "../client/routes-by-host.ts";
import type { Mesh } from "../mesh.ts";
import { fullHost, hostOf } from "../registry/host.ts";
import { servicesNamed } from "../registry/service.ts";
import { refKey } from "../resources/meta.ts";
import { enforcedMode } from "../server/enforced.ts";
import { rememberedNear } from "../snapshot/surroundings.ts";
import type { Replica, Workload } from "../workload.ts";
import { waypointNamespaces } from "./ambient/waypoint.ts";
import { judgeCall } from "./callers/judge-call.ts";
import { type Arrival, type Verdict, WORST_FIRST } from "./verdict.ts";

/** One call at every workload and port that it reaches. */
export const arrivalsOf = rememberedNear((mesh, call: Call) => {
  const value = judgeArrivals(mesh, call).slice();
  const namespaces = staysInNamespace(mesh, call) ? namespacesOf(mesh, call, value) : undefined;
  return { value, namespaces, callers: callingNamespaces(call.caller) };
});

/** Where the target is, the pods behind it, and a waypoint before it, which can be in other namespaces. */
export function namespacesOf(mesh: Mesh, { target }: Call, arrivals: readonly Arrival[]): readonly string[] {
  const behind = arrivals.map(({ replica }) => replica.namespace);
  return [targetNamespace(target), ...behind, ...waypointNamespaces(mesh, target)];
}

/** A route to another namespace, or a ServiceEntry of the same name there, makes what is there count too. */
export function staysInNamespace(mesh: Mesh, { target }: Call): boolean {
  if (target.type === "pods") return true;
  const { service } = target;
  const host = hostOf(service);
  const { exact, others } = routesByHost(mesh.virtualServices);
  const led = [...(exact.get(host) ?? []), ...others].flatMap(({ namespace, routes }) =>
    routes.flatMap(({ destinations }) => destinations.map((destination) => fullHost(destination.host, namespace))),
  );
  return [host, ...led].every((each) =>
    servicesNamed(mesh, each).every(({ namespace }) => namespace === service.namespace),
  );
}

/** Of a mesh of which nothing is worth remembering. */
export function judgeArrivals(mesh: Mesh, call: Call): readonly Arrival[] {
  const inView = judgeCall(mesh, call).flatMap(({ endpoint: { at, port }, verdict }) =>
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
