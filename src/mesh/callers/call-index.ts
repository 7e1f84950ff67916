/** All known calls of a snapshot, found once and looked up by either end. */

import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import type { ServiceEndpoint } from "../registry/endpoints.ts";
import { hostOf } from "../registry/host.ts";
import { servicesNamed } from "../registry/service.ts";
import { type ResourceRef, refKey } from "../resources/meta.ts";
import { behind, callingPods, judge } from "../verdict/judge.ts";
import { routesByHost } from "../verdict/routes-by-host.ts";
import { type Call, type Confidence, callKey } from "./call.ts";
import { callsFromAuthorization } from "./from-authorization.ts";
import { callsFromGateways } from "./from-gateways.ts";
import { callsFromProbes } from "./from-probes.ts";
import { callsFromRoutes } from "./from-routes.ts";
import { callsFromText } from "./from-text.ts";
import type { Target } from "./target.ts";

export interface CallIndex {
  readonly calls: readonly Call[];
  to(workload: ResourceRef): readonly Call[];
  from(workload: ResourceRef): readonly Call[];
  /** Calls of which some evidence stands in the file. */
  evidentIn(uri: string): readonly Call[];
}

/** Snapshots that differ in policies only share their workloads, and so their calls. */
const indexes = remembered((_: Mesh["workloads"]) => new Map<"calls", CallIndex>());

export function callIndex(mesh: Mesh): CallIndex {
  const cache = indexes(mesh.workloads);
  const index = cache.get("calls") ?? buildIndex(mesh);
  cache.set("calls", index);
  return index;
}

/** Invariant: a caller calls a port at most once in each way; the evidence of a call is the best first. */
function merged(calls: readonly Call[]): readonly Call[] {
  return [...Map.groupBy(calls, callKey).values()].flatMap((same) => {
    const [first] = same;
    const evidence = same.flatMap((call) => call.evidence);
    const ordered = evidence.toSorted((a, b) => ORDER[a.confidence] - ORDER[b.confidence]);
    return first === undefined ? [] : [{ ...first, target: united(first.target, same), evidence: ordered }];
  });
}

/** Pods of one workload that are called alike are one target. */
function united(target: Target, same: readonly Call[]): Target {
  if (target.type === "service" || same.length === 1) return target;
  const replicas = new Set(same.flatMap((call) => (call.target.type === "pods" ? call.target.replicas : [])));
  return { ...target, replicas: [...replicas] };
}

const ORDER: Readonly<Record<Confidence, number>> = { certain: 0, likely: 1, guess: 2 };

function buildIndex(mesh: Mesh): CallIndex {
  const calls = merged([
    ...mesh.workloads.flatMap((workload) => [...callsFromText(mesh, workload), ...callsFromProbes(mesh, workload)]),
    ...callsFromGateways(mesh),
    ...callsFromRoutes(mesh),
    ...callsFromAuthorization(mesh),
  ]);
  const byTarget = Map.groupBy(
    calls.flatMap((call) => targets(mesh, call).map((target) => ({ target, call }))),
    ({ target }) => target,
  );
  const bySource = Map.groupBy(
    calls.flatMap((call) => sources(call).map((source) => ({ source, call }))),
    ({ source }) => source,
  );
  const byUri = Map.groupBy(
    calls.flatMap((call) => evidenceUris(call).map((uri) => ({ uri, call }))),
    ({ uri }) => uri,
  );
  return {
    calls,
    evidentIn: (uri) => (byUri.get(uri) ?? []).map(({ call }) => call),
    to: (workload) => (byTarget.get(refKey(workload)) ?? []).map(({ call }) => call),
    from: (workload) => (bySource.get(refKey(workload)) ?? []).map(({ call }) => call),
  };
}

function evidenceUris({ evidence }: Call): readonly string[] {
  return [...new Set(evidence.map(({ place }) => place.object.source.uri))];
}

/** Some of these it does not reach, where nothing leads it elsewhere: judging it tells, when somebody asks. */
function behindTarget(mesh: Mesh, call: Call): readonly ServiceEndpoint[] | undefined {
  if (call.target.type === "pods") return behind(mesh, call);
  const host = hostOf(call.target.service);
  const { exact, others } = routesByHost(mesh.virtualServices);
  const [service, ...more] = servicesNamed(mesh, host);
  const isLed = exact.has(host) || others.length > 0 || more.length > 0 || service?.resolution === "alias";
  return isLed ? undefined : behind(mesh, call);
}

/** Where the call goes does not depend on policies, only how it arrives. */
function targets(mesh: Mesh, call: Call): readonly string[] {
  return workloadsAt(behindTarget(mesh, call) ?? judgedEndpoints(mesh, call));
}

function judgedEndpoints(mesh: Mesh, call: Call): readonly ServiceEndpoint[] {
  const pods = callingPods(call).map((pod) => ("missing" in pod ? undefined : pod));
  return pods.flatMap((pod) =>
    pod === undefined ? behind(mesh, call) : judge(mesh, pod, call).map(({ endpoint }) => endpoint),
  );
}

function workloadsAt(endpoints: readonly ServiceEndpoint[]): readonly string[] {
  return [...new Set(endpoints.flatMap(({ at }) => (at === undefined ? [] : [refKey(at.workload)])))];
}

function sources({ caller }: Call): readonly string[] {
  switch (caller.type) {
    case "workload":
      return [refKey(caller.workload)];
    case "gateway":
      return caller.workloads.map(refKey);
    case "outside":
      return [];
  }
}
