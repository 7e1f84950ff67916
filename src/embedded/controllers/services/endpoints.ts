/**
 * Endpoints and EndpointSlices of a Service: the addresses of the pods that its selector names. Kubernetes:
 * pkg/controller/{endpoint,endpointslice}/*.go.
 */
import { equal } from "../../api/json.ts";
import type { Kind } from "../../api/kinds/kind.ts";
import type { KubernetesObject } from "../../api/object.ts";
import { selectorMatches } from "../../api/selector.ts";
import type { Pod, Service } from "../../api/shapes.ts";
import { type Cluster, controllerReference, isEnding, keyOf, kindOf, listed, remove } from "../cluster.ts";
import { hasEnded, isReady } from "../pods/condition.ts";
import type { Controller } from "../reconciler.ts";
import { groupsOf, type PortGroup } from "./port-group.ts";

export function endpoints(cluster: Cluster): Controller {
  const kind = kindOf(cluster, "", "Service");
  const slices = kindOf(cluster, "discovery.k8s.io", "EndpointSlice");
  const named = (pod: KubernetesObject) =>
    listed<Service>(cluster, kind, pod.metadata.namespace).filter(
      ({ spec: { selector } }) =>
        selector !== undefined && selectorMatches({ matchLabels: selector }, pod.metadata.labels),
    );
  return {
    name: "endpoint-controller",
    kind,
    watches: [
      {
        kind: kindOf(cluster, "", "Pod"),
        concerns: (pod, before) => [...named(pod), ...(before === undefined ? [] : named(before))].map(keyOf),
      },
      {
        kind: slices,
        concerns({ metadata: { namespace, labels } }) {
          const name = labels?.["kubernetes.io/service-name"];
          return name === undefined || namespace === undefined ? [] : [{ namespace, name }];
        },
      },
    ],
    reconcile(object) {
      const service = object as Service;
      const { selector, type } = service.spec;
      if (selector === undefined || type === "ExternalName" || isEnding(service)) return undefined;
      const pods = listed<Pod>(cluster, kindOf(cluster, "", "Pod"), service.metadata.namespace).filter(
        (pod) =>
          selectorMatches({ matchLabels: selector }, pod.metadata.labels) &&
          pod.status?.podIP !== undefined &&
          !hasEnded(pod),
      );
      const groups = groupsOf(service, pods);
      writeEndpoints(cluster, kind, service, groups);
      writeSlices(cluster, kind, slices, service, groups);
      return undefined;
    },
    // Slices have an owner, Endpoints only a name.
    gone(service) {
      const endpointsKind = kindOf(cluster, "", "Endpoints");
      const left = cluster.resources.find(endpointsKind, keyOf(service));
      if (left !== undefined) remove(cluster, endpointsKind, left);
    },
  };
}

function writeEndpoints(cluster: Cluster, kind: Kind, service: Service, groups: readonly PortGroup[]): void {
  const endpointsKind = kindOf(cluster, "", "Endpoints");
  const subsets = groups
    .filter(({ pods }) => pods.some((pod) => !isEnding(pod)))
    .map(({ ports, pods }) => {
      const living = pods.filter((pod) => !isEnding(pod));
      const ready = living.filter((pod) => counts(service, pod)).map(addressOf);
      const others = living.filter((pod) => !counts(service, pod)).map(addressOf);
      return {
        ...(ready.length === 0 ? {} : { addresses: ready }),
        ...(others.length === 0 ? {} : { notReadyAddresses: others }),
        ports: ports.map(({ name, port, protocol }) => ({ ...(name === "" ? {} : { name }), port, protocol })),
      };
    });
  const labels = {
    ...service.metadata.labels,
    "endpoints.kubernetes.io/managed-by": "endpoint-controller",
    ...(service.spec.clusterIP === "None" ? { "service.kubernetes.io/headless": "" } : {}),
  };
  const body = { apiVersion: "v1", kind: "Endpoints", ...(subsets.length === 0 ? {} : { subsets }) };
  put(cluster, endpointsKind, service, service.metadata.name, { ...body, metadata: { labels } }, kind, false);
}

function writeSlices(cluster: Cluster, kind: Kind, slices: Kind, service: Service, groups: readonly PortGroup[]): void {
  const own = cluster.resources
    .list(slices, service.metadata.namespace)
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === service.metadata.uid));
  const wanted = groups.length === 0 ? [{ ports: [], pods: [] }] : groups;
  wanted.forEach(({ ports, pods }, index) => {
    const labels = {
      ...service.metadata.labels,
      "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
      "kubernetes.io/service-name": service.metadata.name,
      ...(service.spec.clusterIP === "None" ? { "service.kubernetes.io/headless": "" } : {}),
    };
    const slice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { labels, generateName: `${service.metadata.name}-` },
      addressType: "IPv4",
      ...(pods.length === 0
        ? { endpoints: null, ports: null }
        : { endpoints: pods.map((pod) => endpointOf(service, pod)), ports }),
    };
    put(cluster, slices, service, own[index]?.metadata.name, slice, kind, true);
  });
  for (const surplus of own.slice(wanted.length)) cluster.resources.delete(slices, keyOf(surplus));
}

/** A Service that publishes addresses that are not ready counts them as ready. */
function counts({ spec }: Service, pod: Pod): boolean {
  return spec.publishNotReadyAddresses === true || isReady(pod);
}

function addressOf({ metadata, spec, status }: Pod) {
  return { ip: status?.podIP ?? "", ...nodeOf(spec.nodeName), targetRef: referenceTo(metadata) };
}

function endpointOf(service: Service, pod: Pod) {
  const { metadata, spec, status } = pod;
  const isTerminating = isEnding(pod);
  return {
    addresses: [status?.podIP ?? ""],
    conditions: {
      ready: counts(service, pod) && !isTerminating,
      serving: counts(service, pod),
      terminating: isTerminating,
    },
    ...(spec.hostname !== undefined && spec.subdomain === service.metadata.name ? { hostname: spec.hostname } : {}),
    ...nodeOf(spec.nodeName),
    targetRef: referenceTo(metadata),
  };
}

function nodeOf(nodeName: string | undefined) {
  return nodeName === undefined ? {} : { nodeName };
}

function referenceTo({ namespace = "", name, uid }: Pod["metadata"]) {
  return { kind: "Pod", namespace, name, uid };
}

/** Writes an object that belongs to a Service, where it differs from the one that is there. */
function put(
  cluster: Cluster,
  kind: Kind,
  service: Service,
  name: string | undefined,
  object: KubernetesObject | Record<string, unknown>,
  serviceKind: Kind,
  isOwned: boolean,
): void {
  const { namespace = "" } = service.metadata;
  const { metadata, ...body } = object as Record<string, never> & { metadata: object };
  const owners = isOwned ? { ownerReferences: [controllerReference(serviceKind, service)] } : {};
  const before = name === undefined ? undefined : cluster.resources.find(kind, { namespace, name });
  if (before === undefined) {
    const named = name === undefined ? {} : { name };
    cluster.resources.create(kind, namespace, { ...body, metadata: { ...metadata, ...named, ...owners } });
    return;
  }
  const { metadata: old, ...rest } = before;
  if (equal(rest, body) && equal(old.labels ?? {}, (metadata as { labels?: object }).labels ?? {})) return;
  cluster.resources.update(kind, keyOf(before), { ...body, metadata: { ...old, ...metadata } });
}
