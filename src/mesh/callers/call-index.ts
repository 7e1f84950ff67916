/** All known calls of a snapshot, found once and looked up by either end. */

import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import { type ResourceRef, refKey } from "../resources/meta.ts";
import { behind, callingPods, judge } from "../verdict/judge.ts";
import type { Call } from "./call.ts";
import { callsFromGateways } from "./from-gateways.ts";
import { callsFromText } from "./from-text.ts";

export interface CallIndex {
  readonly calls: readonly Call[];
  to(workload: ResourceRef): readonly Call[];
  from(workload: ResourceRef): readonly Call[];
}

/** Snapshots that differ in policies only share their workloads, and so their calls. */
const indexes = remembered((_: Mesh["workloads"]) => new Map<"calls", CallIndex>());

export function callIndex(mesh: Mesh): CallIndex {
  const cache = indexes(mesh.workloads);
  const index = cache.get("calls") ?? buildIndex(mesh);
  cache.set("calls", index);
  return index;
}

function buildIndex(mesh: Mesh): CallIndex {
  const calls = [...mesh.workloads.flatMap((workload) => callsFromText(mesh, workload)), ...callsFromGateways(mesh)];
  const byTarget = Map.groupBy(
    calls.flatMap((call) => targets(mesh, call).map((target) => ({ target, call }))),
    ({ target }) => target,
  );
  const bySource = Map.groupBy(
    calls.flatMap((call) => sources(call).map((source) => ({ source, call }))),
    ({ source }) => source,
  );
  return {
    calls,
    to: (workload) => (byTarget.get(refKey(workload)) ?? []).map(({ call }) => call),
    from: (workload) => (bySource.get(refKey(workload)) ?? []).map(({ call }) => call),
  };
}

/** Where the call goes does not depend on policies, only how it arrives. */
function targets(mesh: Mesh, call: Call): readonly string[] {
  const pods = callingPods(call).map((pod) => ("missing" in pod ? undefined : pod));
  const reached = pods.flatMap((pod) =>
    pod === undefined ? behind(mesh, call) : judge(mesh, pod, call).map(({ endpoint }) => endpoint),
  );
  return [...new Set(reached.flatMap(({ at }) => (at === undefined ? [] : [refKey(at.workload)])))];
}

function sources({ caller }: Call): readonly string[] {
  return caller.type === "workload" ? [refKey(caller.workload)] : caller.workloads.map(refKey);
}
