/** The addresses behind a port of a service, with what istiod knows of each. */
import { unknown } from "../answer.ts";
import { inNamespace } from "../by-namespace.ts";
import { gapsAt, missingFrom } from "../gaps.ts";
import { hasLabels } from "../labels.ts";
import { remembered, rememberedFrom } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import type { Service, ServicePort } from "../resources/core.ts";
import type { ServiceEntry, WorkloadAddress, WorkloadEntry } from "../resources/istio.ts";
import { type Gap, type Labels, type Meta, under } from "../resources/meta.ts";
import { targetPort } from "../server/ports.ts";
import type { Replica, Workload } from "../workload.ts";
import type { RegistryPort, RegistryService } from "./service.ts";

export interface ServiceEndpoint {
  /** Absent where the address is no pod in view. */
  readonly at?: PodInView;
  /** An IP or, behind a DNS service, a host name. Absent for pods that have none yet. */
  readonly ip?: string;
  /** Port in the pod. */
  readonly port: number;
  readonly namespace: string;
  readonly labels: Labels;
  /** `istio` makes clients speak mutual TLS. Istio: pilot/pkg/model/service.go GetTLSModeFromEndpointLabels. */
  readonly tlsMode: string;
}

export interface PodInView {
  readonly workload: Workload;
  readonly replica: Replica;
}

/** Clients take a pod without the label for one without a sidecar. */
const NO_TLS = "disabled";

/** By host and port, as long as the pods and entries that the service can lead to are the same. */
const caches = rememberedFrom<Service | ServiceEntry, Map<string, readonly ServiceEndpoint[]>>();

export function endpointsOf(mesh: Mesh, service: RegistryService, port: RegistryPort): readonly ServiceEndpoint[] {
  const cache = caches(service.object, leadingTo(mesh, service), () => new Map());
  const key = `${service.host}:${port.port}`;
  const endpoints = cache.get(key) ?? computeEndpoints(mesh, service, port);
  cache.set(key, endpoints);
  return endpoints;
}

/** Selectors look at the service's namespace only; an EndpointSlice names a pod, or an address that any can have. */
function leadingTo(mesh: Mesh, { object, namespace }: RegistryService): readonly unknown[] {
  const slices = object.kind === "Service" ? slicesOf(mesh, object) : [];
  return [
    slices.length === 0 ? inNamespace(mesh.workloads, namespace) : mesh.workloads,
    inNamespace(mesh.workloadEntries, namespace),
    ...slices,
  ];
}

function computeEndpoints(
  mesh: Mesh,
  { object, host }: RegistryService,
  port: RegistryPort,
): readonly ServiceEndpoint[] {
  if (object.kind === "ServiceEntry") return entryEndpoints(mesh, object, host, port);
  const servicePort = object.ports.find((each) => each.port === port.port);
  if (servicePort === undefined) return [];
  return [...kubernetesEndpoints(mesh, object, servicePort), ...selectedEntries(mesh, object, servicePort)];
}

/**
 * EndpointSlices where the Service has any, since they are what istiod reads; otherwise the pods that its selector
 * takes in. Istio: pilot/pkg/serviceregistry/kube/controller/endpointslice.go.
 */
function kubernetesEndpoints(mesh: Mesh, service: Service, port: ServicePort): readonly ServiceEndpoint[] {
  const slices = slicesOf(mesh, service);
  if (slices.length === 0) return selectedPods(mesh, service, port);
  return slices.flatMap((slice) => {
    const target = slice.ports.find(({ name }) => name === (port.name ?? ""))?.port;
    if (target === undefined) return [];
    return slice.endpoints
      .filter(({ ready }) => ready)
      .flatMap((endpoint) =>
        endpoint.addresses.map((ip): ServiceEndpoint => {
          const at = podAt(mesh, ip, endpoint.pod);
          if (at !== undefined) return { ...podEndpoint(at, target), ip };
          return { ip, port: target, namespace: service.namespace, labels: {}, tlsMode: NO_TLS };
        }),
      );
  });
}

function selectedPods(mesh: Mesh, service: Service, port: ServicePort): readonly ServiceEndpoint[] {
  if (Object.keys(service.selector).length === 0) return [];
  return podsOf(mesh, service.namespace).flatMap((at) => {
    if (!takesIn(service.selector, at)) return [];
    const target = targetPort(port, at.replica.spec);
    return target === undefined ? unclearEndpoint(at, port) : [podEndpoint(at, target)];
  });
}

/** Where the ports of a pod could not be read, the name of the target may be among them: nothing is known of a call. */
function unclearEndpoint({ workload, replica }: PodInView, { port }: ServicePort): readonly ServiceEndpoint[] {
  const object = replica.pod ?? workload.object;
  const missing = object === undefined ? [] : missingFrom(object, unreadPorts(object));
  if (missing.length === 0) return [];
  return [podEndpoint({ workload, replica: { ...replica, membership: unknown(...missing) } }, port)];
}

/** Gaps in the ports of containers, or around them. */
export function unreadPorts({ gaps }: Meta): readonly Gap[] {
  return gaps.filter(({ pointer }) => CONTAINER_PORTS.test(pointer));
}

const CONTAINER_PORTS = /^(\/(spec|jobTemplate|template))*(\/(initContainers|containers)(\/\d+(\/ports(\/.*)?)?)?)?$/;

/** A label that could not be read keeps no pod out: its membership is unknown, and so is every call to it. */
function takesIn(selector: Labels, { workload, replica }: PodInView): boolean {
  const object = replica.pod ?? workload.object;
  const { at } = replica.pod?.template ?? workload.template;
  const isUnread = (key: string) =>
    object !== undefined && gapsAt(object, under(at, "metadata", "labels", key)).length > 0;
  return Object.entries(selector).every(([key, value]) => hasLabels(replica.labels, { [key]: value }) || isUnread(key));
}

/** A Service takes in the WorkloadEntries of its namespace too. Istio: kube/controller/controller.go WorkloadInstanceHandler. */
function selectedEntries(mesh: Mesh, service: Service, port: ServicePort): readonly ServiceEndpoint[] {
  if (Object.keys(service.selector).length === 0) return [];
  return inNamespace(mesh.workloadEntries, service.namespace)
    .filter((entry) => hasLabels(entryLabels(entry), service.selector))
    .flatMap((entry) => {
      const byName = entry.workload.ports[port.name ?? ""];
      const target = byName ?? (typeof port.targetPort === "number" ? port.targetPort : undefined);
      return target === undefined ? [] : [addressEndpoint(entry.namespace, entry.workload, entryLabels(entry), target)];
    });
}

/**
 * A ServiceEntry lists its endpoints, or selects WorkloadEntries and pods of its namespace; one resolved by DNS without
 * either stands for its own host name.
 * Istio: pilot/pkg/serviceregistry/serviceentry/conversion.go convertServiceEntryToInstances.
 */
function entryEndpoints(mesh: Mesh, entry: ServiceEntry, host: string, port: RegistryPort): readonly ServiceEndpoint[] {
  const declared = entry.ports.find(({ number }) => number === port.port);
  const target = declared?.targetPort ?? port.port;
  if (entry.workloadSelector === undefined) {
    if (entry.endpoints.length === 0 && entry.resolution.startsWith("DNS")) {
      return [{ ip: host, port: target, namespace: entry.namespace, labels: {}, tlsMode: NO_TLS }];
    }
    return entry.endpoints.map((endpoint) =>
      addressEndpoint(entry.namespace, endpoint, endpoint.labels, endpoint.ports[port.name] ?? target),
    );
  }
  const selector = entry.workloadSelector;
  const entries = inNamespace(mesh.workloadEntries, entry.namespace)
    .filter((each) => hasLabels(entryLabels(each), selector))
    .map((each) =>
      addressEndpoint(each.namespace, each.workload, entryLabels(each), each.workload.ports[port.name] ?? target),
    );
  const pods = podsOf(mesh, entry.namespace)
    .filter((at) => takesIn(selector, at))
    .map((at) => podEndpoint(at, target));
  return [...entries, ...pods];
}

/** Labels of the object win over those of its spec. Istio: conversion.go ConvertWorkloadEntry. */
function entryLabels({ workload, labels }: WorkloadEntry): Labels {
  return { ...workload.labels, ...labels };
}

/** An explicit label counts; otherwise a service account tells of a sidecar. Istio: conversion.go getTLSModeFromWorkloadEntry. */
function addressEndpoint(
  namespace: string,
  { address, serviceAccount }: WorkloadAddress,
  labels: Labels,
  port: number,
): ServiceEndpoint {
  const implied = serviceAccount === undefined || serviceAccount === "" ? NO_TLS : "istio";
  const tlsMode = labels["security.istio.io/tlsMode"] ?? implied;
  return { port, namespace, labels, tlsMode, ...(address === undefined ? {} : { ip: address }) };
}

function podEndpoint(at: PodInView, port: number): ServiceEndpoint {
  const { labels, namespace, ip } = at.replica;
  const tlsMode = labels["security.istio.io/tlsMode"] ?? NO_TLS;
  return { at, port, namespace, labels, tlsMode, ...(ip === undefined ? {} : { ip }) };
}

function podAt(
  mesh: Mesh,
  ip: string,
  pod: { readonly namespace: string; readonly name: string } | undefined,
): PodInView | undefined {
  if (pod === undefined) return byIp(mesh.workloads).get(ip);
  return byName(inNamespace(mesh.workloads, pod.namespace)).get(pod.name);
}

function podsOf(mesh: Mesh, namespace: string): readonly PodInView[] {
  return podsAmong(inNamespace(mesh.workloads, namespace));
}

function slicesOf(mesh: Mesh, { namespace, name }: Service): Mesh["endpointSlices"] {
  return inNamespace(mesh.endpointSlices, namespace).filter(({ service }) => service === name);
}

/** Pods are in the namespace of their workload. */
const podsAmong = remembered((workloads: readonly Workload[]) =>
  workloads.flatMap((workload) => workload.replicas.map((replica): PodInView => ({ workload, replica }))),
);

const byName = remembered(
  (workloads: readonly Workload[]) => new Map(podsAmong(workloads).map((at) => [at.replica.pod?.name ?? "", at])),
);

const byIp = remembered(
  (workloads: Mesh["workloads"]) => new Map(podsAmong(workloads).map((at) => [at.replica.ip ?? "", at])),
);
