/** Gateways of the Gateway API, as the Gateways that Istio makes of them: one for every listener. */
import type { Mesh } from "../../mesh.ts";
import { fullHost, hostOf } from "../../registry/host.ts";
import type { GatewayServer, ServerTlsMode } from "../../resources/istio.ts";
import type { Labels, Meta } from "../../resources/meta.ts";
import type { OtherResource } from "../../resources/resource.ts";
import type { GatewayListener } from "../../resources/routes.ts";
import { conflicting, joiningSets, listenerKey } from "./listener-sets.ts";

/** Its name and namespace are those of the object that has the listener: routes name that one. */
export interface ListenerGateway extends Meta {
  /** Of the Gateway, and of the pods that serve it. */
  readonly podsIn: string;
  /** Hosts of the Services whose pods serve it. */
  readonly services: readonly string[];
  readonly listener: GatewayListener;
  readonly servers: readonly GatewayServer[];
}

/** Classes whose listeners do not become Gateways: waypoints, and gateways that another cluster runs. */
const WITHOUT_SERVERS = ["istio-waypoint", "istio-remote", "istio-east-west"];

/**
 * Those of ListenerSets come after those of the Gateway; one that is in the way of an earlier one opens nothing.
 * Istio: pilot/pkg/config/kube/gateway/gateway_collection.go GatewayCollection, ListenerSetCollection, conversion.go buildListener.
 */
export function listenerGateways(
  mesh: Pick<Mesh, "others" | "namespaces" | "statedLabels">,
): readonly ListenerGateway[] {
  return mesh.others.filter(opensListeners).flatMap((gateway) => {
    const owners = [gateway, ...joiningSets(mesh, gateway)];
    const lost = conflicting(owners);
    const services = servicesOf(gateway);
    return owners.flatMap((owner) =>
      (owner.listeners ?? []).flatMap((listener): readonly ListenerGateway[] => {
        if (lost.has(listenerKey(owner, listener))) return [];
        const server = serverOf(listener, owner.labels, gateway);
        if (server === undefined) return [];
        return [{ ...owner, podsIn: gateway.namespace, services, listener, servers: [server] }];
      }),
    );
  });
}

/** A Gateway that Istio runs, of a class whose listeners are served. */
export function opensListeners({ kind, className = "", listeners }: OtherResource): boolean {
  const isOurs = className.startsWith("istio") && !WITHOUT_SERVERS.includes(className);
  return kind === "Gateway" && listeners !== undefined && isOurs;
}

/**
 * istiod runs the gateway and names its Service after it and its class, unless addresses name Services.
 * Istio: conversion.go extractGatewayServices, gatewaycommon IsManaged.
 */
export function servicesOf({
  name,
  namespace,
  className,
  annotations,
  hostAddresses = [],
}: OtherResource): readonly string[] {
  if (hostAddresses.length > 0) return hostAddresses.map((host) => fullHost(host, namespace));
  return [hostOf({ name: annotations["gateway.istio.io/name-override"] ?? `${name}-${className}`, namespace })];
}

const PROTOCOLS = ["HTTP", "HTTPS", "TLS", "TCP"];

/** A listener for TLS that says nothing of it opens nothing. Which namespaces may bind routes is a matter of routes. */
function serverOf(
  { at, port, protocol, hostname = "*", tls }: GatewayListener,
  labels: Labels,
  gateway: OtherResource,
): GatewayServer | undefined {
  if (!PROTOCOLS.includes(protocol)) return undefined;
  if (tls === undefined && (protocol === "HTTPS" || protocol === "TLS")) return undefined;
  const server = { at, port, portName: "default", protocol, hosts: [hostname] };
  if (tls === undefined) return server;
  const { mode = askedOfClients(gateway, port) } = tls;
  const joins = mode === "PASSTHROUGH" && joinsNetworks(port, labels);
  return { ...server, tls: { mode: joins ? "AUTO_PASSTHROUGH" : mode, httpsRedirect: false } };
}

/** Istio: conversion.go resolveGatewayTLS. */
function askedOfClients({ validation }: OtherResource, port: number): ServerTlsMode {
  return validation?.ports.find((each) => each.port === port)?.mode ?? validation?.default ?? "SIMPLE";
}

/** The port at which a gateway lets other networks of the mesh in. Istio: pkg/kube IsAutoPassthrough. */
function joinsNetworks(port: number, labels: Labels): boolean {
  return (
    labels["topology.istio.io/network"] !== undefined &&
    String(port) === (labels["networking.istio.io/gatewayPort"] ?? "15443")
  );
}
