/** All known calls of a snapshot, found once and looked up by either end. */

import { inNamespace } from "../by-namespace.ts";
import { routesByHost } from "../client/routes-by-host.ts";
import { decidingFor } from "../membership/predicted.ts";
import { remembered, rememberedFrom, snug } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import type { ServiceEndpoint } from "../registry/endpoints.ts";
import { hostOf } from "../registry/host.ts";
import { fromService, servicesNamed } from "../registry/service.ts";
import { type ResourceRef, refKey } from "../resources/meta.ts";
import { arrivalsOf, staysInNamespace } from "../verdict/arrivals.ts";
import { behind } from "../verdict/judge.ts";
import type { Workload } from "../workload.ts";
import { asBefore } from "./as-before.ts";
import { type Call, type Confidence, callKey, type Evidence } from "./call.ts";
import { callsFromAuthorization } from "./from-authorization.ts";
import { callsFromGateways } from "./from-gateways.ts";
import { callsFromMembers } from "./from-members.ts";
import { callsFromProbes } from "./from-probes.ts";
import { callsFromRoutes } from "./from-routes.ts";
import { callsFromText, hostsIn } from "./from-text.ts";
import { namespaceMeant } from "./hostnames.ts";
import { callsFromAnnotations } from "./scrapes/from-annotations.ts";
import { callsFromMonitors } from "./scrapes/from-monitors.ts";
import { type Target, targetNamespace } from "./target.ts";

export interface CallIndex {
  readonly calls: readonly Call[];
  to(workload: ResourceRef): readonly Call[];
  from(workload: ResourceRef): readonly Call[];
  /** The workloads that the call can reach. */
  reachedBy(call: Call): readonly Workload[];
  /** Calls of which some evidence stands in the file. */
  evidentIn(uri: string): readonly Call[];
}

/** Snapshots that differ in policies only share their calls. */
export const callIndex = remembered((mesh: Mesh): CallIndex => {
  const { policies: _, ...others } = mesh;
  return indexes(mesh.workloads, Object.values(others), () => buildIndex(mesh));
});

const indexes = rememberedFrom<Mesh["workloads"], CallIndex>();

/** Invariant: a caller calls a port at most once in each way; the evidence of a call is the best first. */
function merged(calls: readonly Call[]): readonly Call[] {
  return [...Map.groupBy(calls, keyOf)].flatMap(([key, same]) => {
    const [first] = same;
    if (first !== undefined && same.length === 1) return [alone(first)];
    const evidence = bestFirst(same.flatMap((call) => call.evidence));
    if (first === undefined) return [];
    return [asBefore(key, { ...first, target: united(first.target, same), evidence })];
  });
}

const keyOf = remembered(callKey);

const alone = remembered((call: Call) => {
  const ordered = call.evidence.length === 1 ? call : { ...call, evidence: bestFirst(call.evidence) };
  return asBefore(keyOf(call), ordered);
});

function bestFirst(evidence: readonly Evidence[]): readonly Evidence[] {
  return evidence.toSorted((a, b) => ORDER[a.confidence] - ORDER[b.confidence]);
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
    ...callsFromWorkloads(mesh),
    ...mesh.workloads.flatMap((workload) => callsFromAnnotations(mesh, workload)),
    ...callsFromMembers(mesh),
    ...callsFromGateways(mesh),
    ...callsFromRoutes(mesh),
    ...callsFromAuthorization(mesh),
    ...callsFromMonitors(mesh),
  ]);
  const reachedBy = remembered((call: Call) => targets(mesh, call));
  const byNamespace = Map.groupBy(calls, (call) => (roams(mesh, call) ? ROAMING : targetNamespace(call.target)));
  const byTarget = remembered((some: readonly Call[]) => grouped(some, (call) => reachedBy(call).map(refKey)));
  const reaching = (place: string, workload: ResourceRef) =>
    byTarget(byNamespace.get(place) ?? NONE).get(refKey(workload)) ?? NONE;
  const bySource = grouped(calls, sources);
  const byUri = grouped(calls, evidenceUris);
  return {
    calls,
    reachedBy,
    evidentIn: (uri) => byUri.get(uri) ?? NONE,
    to: (workload) => [...reaching(workload.namespace, workload), ...reaching(ROAMING, workload)],
    from: (workload) => bySource.get(refKey(workload)) ?? NONE,
  };
}

/** A call stands in the group of each of its keys. */
export function grouped(
  calls: readonly Call[],
  keysOf: (call: Call) => readonly string[],
): ReadonlyMap<string, readonly Call[]> {
  const groups = new Map<string, Call[]>();
  for (const call of calls) {
    for (const key of keysOf(call)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [call]);
      else group.push(call);
    }
  }
  return new Map([...groups].map(([key, group]) => [key, snug(group)]));
}

const NONE: readonly never[] = [];

/** No namespace has this name. */
const ROAMING = "*";

/** All others end in the namespace of their target: most are looked at only when somebody asks for what is there. */
function roams(mesh: Mesh, call: Call): boolean {
  if (mesh.endpointSlices.length > 0) return true;
  if (call.target.type === "pods") return false;
  const { exact, others } = routesByHost(mesh.virtualServices);
  const isLed = others.length > 0 || mesh.serviceEntries.length > 0 || exact.has(fromService(call.target.service).host);
  return isLed && !staysInNamespace(mesh, call);
}

/** Those of one namespace are found again while all that they are told by is the same. */
function callsFromWorkloads(mesh: Mesh): readonly Call[] {
  const { services, serviceEntries, configMaps, config, revisionTags, workloads } = mesh;
  // Another name for a Service leads to any namespace.
  const anywhere = hasAlias(services) ? services : undefined;
  return namespacesAmong(workloads).flatMap((namespace) => {
    const callers = inNamespace(workloads, namespace);
    const named = namespacesNamed(callers, [inNamespace(configMaps, namespace)], () => namedIn(mesh, callers));
    const told = [
      inNamespace(configMaps, namespace),
      ...decidingFor(mesh, namespace),
      ...named.map((each) => inNamespace(services, each)),
    ];
    return fromWorkloads(callers, [anywhere, serviceEntries, config, revisionTags, ...told], () =>
      callers.flatMap((workload) => [...callsFromText(mesh, workload), ...callsFromProbes(mesh, workload)]),
    );
  });
}

const hasAlias = remembered((services: Mesh["services"]) => services.some(({ type }) => type === "ExternalName"));

const namespacesNamed = rememberedFrom<Mesh["workloads"], readonly string[]>();

/** Namespaces of Services that texts can mean, with their own one, whose Services are variables. */
function namedIn(mesh: Mesh, callers: readonly Workload[]): readonly string[] {
  const named = callers.flatMap((workload) => [
    workload.namespace,
    ...hostsIn(mesh, workload).map(({ named: { host } }) => namespaceMeant(host, workload.namespace)),
  ]);
  return [...new Set(named)];
}

const fromWorkloads = rememberedFrom<Mesh["workloads"], readonly Call[]>();

const namespacesAmong = remembered((workloads: Mesh["workloads"]) => [
  ...new Set(workloads.map(({ namespace }) => namespace)),
]);

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
function targets(mesh: Mesh, call: Call): readonly Workload[] {
  const endpoints = behindTarget(mesh, call);
  const workloads =
    endpoints === undefined
      ? arrivalsOf(mesh, call).map(({ workload }) => workload)
      : endpoints.flatMap(({ at }) => at?.workload ?? []);
  return [...new Set(workloads)];
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
