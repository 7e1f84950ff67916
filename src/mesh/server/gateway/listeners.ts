/** Gateways of the Gateway API, as the Gateways that Istio makes of them: one for every listener. */
import type { Mesh } from "../../mesh.ts";
import { fullHost, hostOf } from "../../registry/host.ts";
import type { GatewayServer } from "../../resources/istio.ts";
import type { Labels, Meta } from "../../resources/meta.ts";
import type { OtherResource } from "../../resources/resource.ts";
import type { GatewayListener } from "../../resources/routes.ts";

export interface ListenerGateway extends Meta {
  /** Hosts of the Services whose pods serve it. */
  readonly services: readonly string[];
  readonly listener: GatewayListener;
  readonly servers: readonly GatewayServer[];
}

/** Classes whose listeners do not become Gateways: waypoints, and gateways that another cluster runs. */
const WITHOUT_SERVERS = ["istio-waypoint", "istio-remote", "istio-east-west"];

/** Istio: pilot/pkg/config/kube/gateway/gateway_collection.go GatewayCollection, conversion.go buildListener. */
export function listenerGateways(others: Mesh["others"]): readonly ListenerGateway[] {
  return others.flatMap((gateway) => {
    const { listeners = [], className = "" } = gateway;
    if (!className.startsWith("istio") || WITHOUT_SERVERS.includes(className)) return [];
    return listeners.flatMap((listener): ListenerGateway[] => {
      const server = serverOf(listener, gateway.labels);
      return server === undefined ? [] : [{ ...gateway, services: servicesOf(gateway), listener, servers: [server] }];
    });
  });
}

/**
 * istiod runs the gateway and names its Service after it and its class, unless addresses name Services.
 * Istio: conversion.go extractGatewayServices, gatewaycommon IsManaged.
 */
function servicesOf({ name, namespace, className, annotations, hostAddresses = [] }: OtherResource): readonly string[] {
  if (hostAddresses.length > 0) return hostAddresses.map((host) => fullHost(host, namespace));
  return [hostOf({ name: annotations["gateway.istio.io/name-override"] ?? `${name}-${className}`, namespace })];
}

const PROTOCOLS = ["HTTP", "HTTPS", "TLS", "TCP"];

/** A listener for TLS that says nothing of it opens nothing. Which namespaces may bind routes is a matter of routes. */
function serverOf(
  { at, port, protocol, hostname = "*", tls }: GatewayListener,
  labels: Labels,
): GatewayServer | undefined {
  if (!PROTOCOLS.includes(protocol)) return undefined;
  if (tls === undefined && (protocol === "HTTPS" || protocol === "TLS")) return undefined;
  const server = { at, port, portName: "default", protocol, hosts: [hostname] };
  if (tls === undefined) return server;
  const mode = tls.mode === "PASSTHROUGH" && joinsNetworks(port, labels) ? "AUTO_PASSTHROUGH" : tls.mode;
  return { ...server, tls: { mode, httpsRedirect: false } };
}

/** The port at which a gateway lets other networks of the mesh in. Istio: pkg/kube IsAutoPassthrough. */
function joinsNetworks(port: number, labels: Labels): boolean {
  return (
    labels["topology.istio.io/network"] !== undefined &&
    String(port) === (labels["networking.istio.io/gatewayPort"] ?? "15443")
  );
}
