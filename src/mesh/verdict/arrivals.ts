/** How each known call arrives at the workloads it reaches: per workload and port, the worst over all pods. */

import type { Call } from "../callers/call.ts";
import { callIndex } from "../callers/call-index.ts";
import type { Mesh } from "../mesh.ts";
import { type ResourceRef, refKey, sameRef } from "../resources/meta.ts";
import { enforcedMode } from "../server/enforced.ts";
import type { Replica, Workload } from "../workload.ts";
import { behind, callingPods, judge } from "./judge.ts";
import { knownArrivals } from "./known-arrivals.ts";
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

/** One call at every workload and port that it reaches. */
export function arrivalsOf(mesh: Mesh, call: Call): readonly Arrival[] {
  return knownArrivals(mesh, call, () => judgeArrivals(mesh, call));
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
