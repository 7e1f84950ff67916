/** The ports on which a workload's pods can be reached through Services. */

import { byCreation, compareText } from "../age.ts";
import { inNamespace } from "../by-namespace.ts";
import { asSeenBy, revisionOf } from "../control-plane.ts";
import { hasLabels } from "../labels.ts";
import type { Mesh } from "../mesh.ts";
import { hostOf } from "../registry/host.ts";
import { sidecarFor } from "../registry/sidecar-resource.ts";
import type { Endpoint, Service, ServicePort } from "../resources/core.ts";
import type { Meta } from "../resources/meta.ts";
import type { PodSpec } from "../resources/pod.ts";
import type { Replica, Workload } from "../workload.ts";
import { type Family, familyOf, familyOfProtocol } from "./protocol.ts";

export interface InboundPort {
  /** Port in the pod. */
  readonly port: number;
  readonly family: Family;
  /** The Services that lead to it. The first one gives the protocol. */
  readonly services: readonly { readonly service: Service; readonly port: ServicePort }[];
}

/** Ports of a workload, ascending: those of any replica, since named ports are resolved pod by pod. */
export function inboundPorts(mesh: Mesh, workload: Workload): readonly InboundPort[] {
  const found = workload.replicas.flatMap((replica) => replicaPorts(mesh, replica));
  const distinct = new Map(found.toReversed().map((port) => [port.port, port]));
  return [...distinct.values()].toSorted((a, b) => a.port - b.port);
}

/**
 * The family of the chains that serve a port. With `Sidecar.ingress` its listeners stand for all Services; a port that
 * neither knows is served by the passthrough chains, which sniff.
 * Istio: pilot/pkg/networking/core/listener_inbound.go buildInboundChainConfigs, buildInboundPassthroughChains.
 */
export function portFamily(mesh: Mesh, replica: Replica, port: number): Family {
  const sidecar = sidecarFor(asSeenBy(mesh, revisionOf(mesh, replica.annotations)), replica);
  if (sidecar?.hasIngress === true) {
    const listener = sidecar.ingress.find((each) => each.port === port);
    return listener === undefined ? "AUTO" : familyOfProtocol(listener.protocol ?? "");
  }
  return replicaPorts(mesh, replica).find((inbound) => inbound.port === port)?.family ?? "AUTO";
}

/**
 * One target port reached through several Services takes its protocol from the oldest Service, by whole host name
 * where equally old. Istio: pilot/pkg/model/context.go SetServiceTargets, listener_inbound.go getFilterChainsByServicePort.
 */
export function replicaPorts(mesh: Mesh, replica: Replica): readonly InboundPort[] {
  const targets = [...serviceTargets(mesh, replica), ...entryTargets(mesh, replica)].toSorted(
    (a, b) => byCreation(a.owner, b.owner) || compareText(a.host, b.host),
  );
  return [...Map.groupBy(targets, ({ port }) => port)].map(([port, same]) => ({
    port,
    family: same[0]?.family ?? "AUTO",
    services: same.flatMap(({ service }) => (service === undefined ? [] : [service])),
  }));
}

/** One port of a service at this pod. */
interface Target {
  readonly port: number;
  readonly family: Family;
  /** Whose age decides, by whole host name where equally old: there `-` sorts before `.`. */
  readonly owner: Meta;
  readonly host: string;
  readonly service?: InboundPort["services"][number];
}

function serviceTargets(mesh: Mesh, replica: Replica): readonly Target[] {
  return servicesOf(mesh, replica).flatMap((service) =>
    service.ports.flatMap((port): Target[] => {
      const target = targetPort(port, replica.spec);
      if (target === undefined || port.protocol === "UDP") return [];
      return [
        { port: target, family: familyOf(port), owner: service, host: hostOf(service), service: { service, port } },
      ];
    }),
  );
}

/** A ServiceEntry with a selector takes in pods of its namespace. Istio: serviceentry/controller.go. */
function entryTargets(mesh: Mesh, { namespace, labels }: Replica): readonly Target[] {
  return mesh.serviceEntries
    .filter(
      ({ namespace: own, workloadSelector }) =>
        own === namespace && workloadSelector !== undefined && hasLabels(labels, workloadSelector),
    )
    .flatMap((entry) =>
      entry.ports.map((port) => ({
        port: port.targetPort ?? port.number,
        family: familyOfProtocol(port.protocol),
        owner: entry,
        host: entry.hosts[0] ?? "",
      })),
    );
}

/**
 * A Service with labels in its selector takes in the pods of its namespace that have them all. A pod that none takes in
 * belongs to the Services without selector whose EndpointSlices name it.
 * Istio: pilot/pkg/serviceregistry/kube/controller/controller.go GetProxyServiceTargets.
 */
export function servicesOf(mesh: Mesh, replica: Replica): readonly Service[] {
  const all = inNamespace(mesh.services, replica.namespace);
  const selecting = all.filter(
    ({ selector }) => Object.keys(selector).length > 0 && hasLabels(replica.labels, selector),
  );
  if (selecting.length > 0) return selecting;
  const slices = inNamespace(mesh.endpointSlices, replica.namespace);
  const naming = slices.filter(({ endpoints }) => endpoints.some((endpoint) => isAt(endpoint, replica)));
  return all.filter(
    ({ name, selector }) => Object.keys(selector).length === 0 && naming.some(({ service }) => service === name),
  );
}

function isAt({ addresses, pod }: Endpoint, replica: Replica): boolean {
  return (
    (replica.ip !== undefined && addresses.includes(replica.ip)) ||
    (pod !== undefined && pod.name === replica.pod?.name && pod.namespace === replica.namespace)
  );
}

/**
 * A named target port is looked up by name and protocol among the containers' ports, native sidecars included.
 * Undefined where no container names it: that Service port then leads nowhere in this pod.
 * Istio: pilot/pkg/serviceregistry/kube/controller/util.go FindPort.
 */
export function targetPort({ targetPort: target, protocol }: ServicePort, spec: PodSpec): number | undefined {
  if (typeof target === "number") return target;
  // Containers come before native sidecars here: the order in which Istio looks.
  const native = spec.initContainers.filter((container) => container.restartPolicy === "Always");
  return [...spec.containers, ...native]
    .flatMap((container) => container.ports)
    .find((port) => port.name === target && port.protocol === protocol)?.port;
}
