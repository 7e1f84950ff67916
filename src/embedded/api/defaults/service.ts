/** The defaults of a Service, with its address and node ports. Kubernetes: pkg/registry/core/service/storage/alloc.go. */
import { randomInt } from "node:crypto";
import { equal, listOf, mapOf, mapsOf, textOf } from "../json.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";
import { builtIn, type Context } from "../requests/context.ts";
import { filled } from "./fill.ts";

/** Cluster addresses are 10.96.0.0/16; the first one is that of the API itself. */
export const SERVICE_RANGE = "10.96.";
const FIRST = `${SERVICE_RANGE}0.1`;
const NODE_PORTS = { from: 30_000, to: 32_768 };

export function serviceDefaults(
  object: KubernetesObject,
  before: KubernetesObject | undefined,
  context: Context,
): KubernetesObject {
  const spec = filled(mapOf(object.spec), { sessionAffinity: "None", type: "ClusterIP" });
  const ported = "ports" in spec ? { ...spec, ports: mapsOf(spec.ports).map(portDefaults) } : spec;
  const old = before && mapOf(before.spec);
  const typed = ported.type === "ExternalName" ? external(ported) : clusterService(context, object, ported, old);
  return { ...object, spec: typed };
}

function portDefaults(port: JsonMap): JsonMap {
  const { targetPort } = port;
  const empty = targetPort === undefined || targetPort === 0 || targetPort === "";
  return { ...filled(port, { protocol: "TCP" }), targetPort: empty ? (port.port ?? 0) : targetPort };
}

function external(spec: JsonMap): JsonMap {
  const { clusterIP: _, clusterIPs: __, ...rest } = spec;
  return rest;
}

function clusterService(context: Context, object: KubernetesObject, spec: JsonMap, old: JsonMap | undefined): JsonMap {
  const outward = spec.type === "NodePort" || spec.type === "LoadBalancer";
  const whole = filled(addressed(context, object, spec, old), {
    internalTrafficPolicy: "Cluster",
    ipFamilies: ["IPv4"],
    ipFamilyPolicy: "SingleStack",
    ...(outward ? { externalTrafficPolicy: "Cluster" } : {}),
    ...(spec.type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: true } : {}),
    ...(spec.sessionAffinity === "ClientIP" ? { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } } : {}),
  });
  if (outward) return withNodePorts(context, whole, old);
  const { externalTrafficPolicy: _, allocateLoadBalancerNodePorts: __, ...inward } = whole;
  return { ...inward, ports: mapsOf(inward.ports).map(({ nodePort: ___, ...port }) => port) };
}

function addressed(context: Context, { metadata }: KubernetesObject, spec: JsonMap, old: JsonMap | undefined): JsonMap {
  const asked = textOf(spec.clusterIP) || textOf(listOf(spec.clusterIPs)[0]) || textOf(old?.clusterIP);
  const ip =
    asked || (metadata.name === "kubernetes" && metadata.namespace === "default" ? FIRST : freeAddress(context));
  // A change of the one is a change of the other.
  const changed = old !== undefined && !equal(spec.clusterIP, old.clusterIP) && spec.clusterIP !== undefined;
  const clusterIPs = changed || !Array.isArray(spec.clusterIPs) ? [ip] : spec.clusterIPs;
  return { ...spec, clusterIP: ip, clusterIPs };
}

function services(context: Context): readonly JsonMap[] {
  return context.store.list(builtIn(context, "", "services")).map(({ spec }) => mapOf(spec));
}

function freeAddress(context: Context): string {
  const taken = new Set(services(context).map(({ clusterIP }) => textOf(clusterIP)));
  for (;;) {
    const ip = `${SERVICE_RANGE}${randomInt(256)}.${randomInt(1, 255)}`;
    if (ip !== FIRST && !taken.has(ip)) return ip;
  }
}

function withNodePorts(context: Context, spec: JsonMap, old: JsonMap | undefined): JsonMap {
  const taken = new Set(services(context).flatMap(({ ports }) => mapsOf(ports).map(({ nodePort }) => nodePort)));
  const ports = mapsOf(spec.ports).map((port) => {
    if (port.nodePort !== undefined && port.nodePort !== 0) return port;
    const known = mapsOf(old?.ports).find(
      (each) => each.port === port.port && each.protocol === port.protocol,
    )?.nodePort;
    const nodePort = known ?? freePort(taken);
    taken.add(nodePort);
    return { ...port, nodePort };
  });
  return { ...spec, ports };
}

function freePort(taken: ReadonlySet<unknown>): number {
  for (;;) {
    const port = randomInt(NODE_PORTS.from, NODE_PORTS.to);
    if (!taken.has(port)) return port;
  }
}
