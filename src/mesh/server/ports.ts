/** The ports on which a workload's pods can be reached through Services. */
import { byCreation, compareText } from "../age.ts";
import { asSeenBy, revisionOf } from "../control-plane.ts";
import { hasLabels } from "../labels.ts";
import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import { sidecarFor } from "../registry/sidecar-resource.ts";
import type { Service, ServicePort } from "../resources/core.ts";
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
  const targets = servicesOf(mesh, replica)
    .toSorted(byHostAge)
    .flatMap((service) =>
      service.ports.flatMap((port) => {
        const target = targetPort(port, replica.spec);
        return target === undefined || port.protocol === "UDP" ? [] : [{ target, service, port }];
      }),
    );
  return [...Map.groupBy(targets, ({ target }) => target)].map(([port, services]) => ({
    port,
    family: services[0] === undefined ? "AUTO" : familyOf(services[0].port),
    services,
  }));
}

/**
 * A Service with labels in its selector takes in the pods of its namespace that have them all.
 * Istio: pilot/pkg/serviceregistry/kube/controller/util.go getPodServices.
 */
export function servicesOf(mesh: Mesh, replica: Replica): readonly Service[] {
  return (byNamespace(mesh.services).get(replica.namespace) ?? []).filter(
    ({ selector }) => Object.keys(selector).length > 0 && hasLabels(replica.labels, selector),
  );
}

const byNamespace = remembered((services: Mesh["services"]) => Map.groupBy(services, ({ namespace }) => namespace));

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

/** Where ages are equal Istio compares `name.namespace.svc.domain`, in which `-` sorts before `.`. */
function byHostAge(a: Service, b: Service): number {
  return byCreation(a, b) || compareText(`${a.name}.${a.namespace}.svc`, `${b.name}.${b.namespace}.svc`);
}
