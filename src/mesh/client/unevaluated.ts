/**
 * Objects and annotations that touch a call and whose rule is not written yet. They make the call unknown, never
 * works. Each entry of the table names one kind and says when it touches.
 */
import type { Missing } from "../answer.ts";
import { hasLabels } from "../labels.ts";
import type { Mesh } from "../mesh.ts";
import type { Service, ServicePort } from "../resources/core.ts";
import type { VirtualService } from "../resources/istio.ts";
import type { Labels, Meta } from "../resources/meta.ts";
import type { Replica } from "../workload.ts";
import { fullHost, hostMatches, hostOf } from "./hosts.ts";

/** One call at one pod. The caller's own proxy is `none` where the call leaves without one. */
export interface Touched {
  readonly caller: { readonly namespace: string; readonly labels: Labels; readonly annotations: Labels };
  readonly callerProxy: "none" | "sidecar" | "gateway";
  readonly service: Service;
  readonly port: ServicePort;
  readonly subset?: string;
  readonly replica: Replica;
}

type Rule = (mesh: Mesh, call: Touched) => readonly Meta[];

/** In the namespace or for all namespaces, and for this pod by its selector, or for every pod without one. */
function reaches(
  mesh: Mesh,
  object: Meta & { readonly workloadSelector?: Labels },
  pod: { readonly namespace: string; readonly labels: Labels },
): boolean {
  const inScope = object.namespace === pod.namespace || object.namespace === mesh.config.rootNamespace;
  return inScope && hasLabels(pod.labels, object.workloadSelector ?? {});
}

/** Istio looks for rules in the namespace of the client, of the Service, and in the root namespace. */
function destinationRules(mesh: Mesh, { caller, service }: Touched): readonly Meta[] {
  const namespaces = [caller.namespace, service.namespace, mesh.config.rootNamespace];
  return mesh.destinationRules.filter(
    (rule) => namespaces.includes(rule.namespace) && hostMatches(fullHost(rule.host, rule.namespace), hostOf(service)),
  );
}

function virtualServices(mesh: Mesh, { service, port, callerProxy }: Touched): readonly Meta[] {
  if (callerProxy === "gateway") return [];
  return mesh.virtualServices.filter(
    (virtualService) =>
      (virtualService.gateways.length === 0 || virtualService.gateways.includes("mesh")) &&
      virtualService.hosts.some((host) => hostMatches(fullHost(host, virtualService.namespace), hostOf(service))) &&
      !keepsDestination(virtualService, service, port),
  );
}

/** Every route leads to the Service and port that the call names anyway. */
function keepsDestination({ routes, namespace }: VirtualService, service: Service, port: ServicePort): boolean {
  return routes
    .flatMap((route) => route.destinations)
    .every(
      (destination) =>
        fullHost(destination.host, namespace) === hostOf(service) &&
        destination.subset === undefined &&
        (destination.port === undefined ? service.ports.length === 1 : destination.port === port.port),
    );
}

const OTHER_ROUTES = ["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "BackendTLSPolicy"];

/** The kinds that are not evaluated yet, each with the objects of that kind that touch a call. */
const BY_CALLERS_PROXY: readonly Rule[] = [
  destinationRules,
  virtualServices,
  (mesh, { caller }) => mesh.sidecars.filter((sidecar) => sidecar.hasEgress && reaches(mesh, sidecar, caller)),
  (mesh, { service }) => mesh.serviceEntries.filter((entry) => entry.hosts.includes(hostOf(service))),
  (mesh, { caller }) => mesh.others.filter((other) => other.kind === "EnvoyFilter" && reaches(mesh, other, caller)),
  (mesh, { caller, service }) =>
    mesh.others.filter(
      (other) => OTHER_ROUTES.includes(other.kind) && [caller.namespace, service.namespace].includes(other.namespace),
    ),
  (_, { service }) => (notExportedToAll(service) ? [service] : []),
];

const BY_SERVERS_PROXY: readonly Rule[] = [
  (mesh, { replica }) => mesh.sidecars.filter((sidecar) => sidecar.hasIngress && reaches(mesh, sidecar, replica)),
  (mesh, { replica }) =>
    mesh.serviceEntries.filter(
      ({ namespace, workloadSelector }) =>
        namespace === replica.namespace &&
        workloadSelector !== undefined &&
        hasLabels(replica.labels, workloadSelector),
    ),
  (mesh, { replica }) => mesh.others.filter((other) => other.kind === "EnvoyFilter" && reaches(mesh, other, replica)),
  (mesh, { replica }) =>
    mesh.authorizationPolicies.filter(
      (policy) =>
        policy.action !== "AUDIT" &&
        !policy.hasTargetRefs &&
        reaches(mesh, { ...policy, workloadSelector: policy.selector ?? {} }, replica),
    ),
];

const BY_ADDRESS: readonly Rule[] = [
  (_, { service }) => (service.type === "ExternalName" ? [service] : []),
  (mesh, { service }) =>
    mesh.workloadEntries.filter(
      ({ namespace, workload }) =>
        namespace === service.namespace &&
        Object.keys(service.selector).length > 0 &&
        hasLabels(workload.labels, service.selector),
    ),
];

/** Annotations that take traffic past a proxy. */
const CAPTURE = /^(traffic\.sidecar\.istio\.io\/|sidecar\.istio\.io\/interceptionMode$)/;

export function notEvaluated(mesh: Mesh, call: Touched): readonly Missing[] {
  const serverHasSidecar = call.replica.membership.known && call.replica.membership.proxy === "sidecar";
  const rules = [
    ...BY_ADDRESS,
    ...(call.callerProxy === "none" ? [] : BY_CALLERS_PROXY),
    ...(serverHasSidecar ? BY_SERVERS_PROXY : []),
  ];
  const objects = new Set(rules.flatMap((rule) => rule(mesh, call)));
  return [
    ...[...objects].map(notYet),
    ...(serverHasSidecar ? captureAnnotations(call.replica.annotations) : []),
    ...(call.callerProxy === "sidecar" ? captureAnnotations(call.caller.annotations) : []),
    ...(call.subset === undefined ? [] : [subsetNotYet(call.subset, call.service)]),
  ];
}

function notYet(object: Meta): Missing {
  return {
    code: "kind-not-evaluated",
    says: `${object.kind} ${object.namespace}/${object.name} is not evaluated yet`,
    place: { object, pointer: "" },
  };
}

function captureAnnotations(annotations: Labels): readonly Missing[] {
  return Object.keys(annotations)
    .filter((key) => CAPTURE.test(key))
    .map((key) => ({ code: "kind-not-evaluated", says: `the annotation ${key} is not evaluated yet` }));
}

function subsetNotYet(subset: string, service: Service): Missing {
  return {
    code: "kind-not-evaluated",
    says: `subset ${subset} of ${service.namespace}/${service.name} is not evaluated yet`,
  };
}

function notExportedToAll(service: Service): boolean {
  return (service.annotations["networking.istio.io/exportTo"] ?? "*") !== "*";
}
