/** Calls that go through a waypoint: in by HBONE, and on from there. */
import type { Missing } from "../../answer.ts";
import type { Speaks } from "../../callers/call.ts";
import type { Target } from "../../callers/target.ts";
import { type Cluster, clusterFor, type Sends } from "../../client/cluster.ts";
import type { CallingPod, Wanted } from "../../client/departure.ts";
import { clusterPolicy } from "../../client/traffic-policy.ts";
import { asSeenBy, revisionOf } from "../../control-plane.ts";
import type { Mesh } from "../../mesh.ts";
import { patchesOfWaypoint } from "../../patches/patched.ts";
import type { ServiceEndpoint } from "../../registry/endpoints.ts";
import { fullHost, hostOf } from "../../registry/host.ts";
import { type RegistryPort, type RegistryService, servicesNamed } from "../../registry/service.ts";
import type { Service } from "../../resources/core.ts";
import type { Destination } from "../../resources/istio.ts";
import {
  type Attached,
  type Waypoint,
  waypointOfGateways,
  waypointOfPod,
  waypointOfService,
} from "../../waypoints/attached.ts";
import { entryAt, podOf, type WaypointPod, waypointRoute } from "../../waypoints/proxy.ts";
import { addressed, atEndpoint, type Outcome, outcomes } from "../outcome.ts";
import { untoldAtCaller } from "../partly-read.ts";
import type { BreakReason, Verdict } from "../verdict.ts";
import { understandsHbone } from "./ztunnel.ts";

/** What becomes of the call at the waypoint, or behind it: then the waypoint is who calls. */
export type Through = { readonly ends: Verdict } | { readonly as: WaypointPod; readonly outcomes: readonly Outcome[] };

/**
 * Who sends what is for a Service to its waypoint: ztunnel always, gateways where the Service asks for it, sidecars
 * never. What is for the address of a pod goes to the waypoint of that pod, but only from ztunnel.
 * Istio: ztunnel src/proxy/outbound.rs build_request; pilot/pkg/xds/endpoints/endpoint_builder.go findServiceWaypoint.
 */
export function waypointFor(mesh: Mesh, pod: CallingPod, wanted: Wanted, service: Service | undefined): Attached {
  if (pod.proxy !== "ztunnel" && pod.proxy !== "gateway") return { by: "nobody" };
  const hasAddress = service !== undefined && service.clusterIP !== "None" && service.type !== "ExternalName";
  if (hasAddress) {
    return pod.proxy === "ztunnel" ? waypointOfService(mesh, service) : waypointOfGateways(mesh, service);
  }
  if (pod.proxy !== "ztunnel") return { by: "nobody" };
  return "at" in wanted ? waypointOfPod(mesh, wanted.at.replica) : beforeOneOf(mesh, wanted);
}

/** A headless Service is called at the address of one of its pods, and which of them that is nobody tells. */
function beforeOneOf(mesh: Mesh, wanted: Wanted): Attached {
  const found = addressed(mesh, wanted).flatMap(({ at }) =>
    at === undefined ? [] : [waypointOfPod(mesh, at.replica)],
  );
  if (!found.some(({ by }) => by === "waypoint")) return found.find(({ by }) => by === "unknown") ?? { by: "nobody" };
  const says = "what a waypoint of the pods of a headless Service makes of the call is not known";
  return { by: "unknown", missing: [{ code: "undetermined", says }] };
}

/** The namespaces of the waypoints that stand before a target: what is there decides too. */
export function waypointNamespaces(mesh: Mesh, target: Target): readonly string[] {
  const before =
    target.type === "service"
      ? [waypointOfService(mesh, target.service)]
      : target.replicas.map((replica) => waypointOfPod(mesh, replica));
  return before.flatMap((each) => (each.by === "waypoint" ? [each.waypoint.namespace] : []));
}

/**
 * A waypoint takes HBONE only, which has the caller's identity, and whatever PeerAuthentications say. It then reads the
 * call as the Service declares it, follows its own routes, and calls by itself.
 * Istio: pilot/pkg/networking/core/listener_waypoint.go buildWaypointInternal.
 */
export function throughWaypoint(
  mesh: Mesh,
  caller: CallingPod,
  waypoint: Waypoint,
  { wanted, service }: { readonly wanted: Wanted; readonly service?: Service },
  speaks: Speaks,
): Through {
  const { serviceAccount: account, namespace } = caller;
  const identity = account === undefined ? "not-known" : ({ namespace, account } as const);
  const entry = entryAt(mesh, waypoint, service, { identity, port: wanted.port });
  if (entry.lets === "not-in") {
    return breaks("authorization-refused", { place: { object: entry.policy, pointer: "/spec" } });
  }
  const as = podOf(mesh, waypoint);
  const missing = [
    ...(entry.lets === "nobody-knows" ? entry.missing : []),
    ...patchesOfWaypoint(mesh, as),
    ...untoldAtCaller(mesh, as, service),
  ];
  if (missing.length > 0) return unknown(missing);
  const called = service === undefined ? undefined : servicesNamed(mesh, hostOf(service))[0];
  const port = called?.ports.find((each) => each.port === wanted.port);
  if (called === undefined || port === undefined) return { as, outcomes: toPod(mesh, wanted, speaks) };
  const leaving = leavesGateway(mesh, caller, wanted, called, port);
  if (leaving !== undefined) return { ends: leaving };
  if (port.family === "HTTP" && speaks !== "http") {
    return breaks(speaks === "tls" ? "app-tls-to-http-port" : "not-http-to-http-port");
  }
  return behind(mesh, as, waypoint, called, port, speaks);
}

/** A gateway reaches a waypoint through its own cluster for the Service; TLS of a rule there meets who expects none. */
function leavesGateway(
  mesh: Mesh,
  { proxy, ...pod }: CallingPod,
  wanted: Wanted,
  service: RegistryService,
  port: RegistryPort,
): Verdict | undefined {
  if (proxy !== "gateway") return undefined;
  const seen = asSeenBy(mesh, revisionOf(mesh, pod.annotations));
  const cluster = clusterFor(seen, { ...pod, proxy }, service, port, "subset" in wanted ? wanted.subset : undefined);
  if (cluster === undefined) return { outcome: "breaks", reason: "no-route" };
  const { tls } = clusterPolicy(cluster.rule, port.port, cluster.subset);
  if (tls?.mode !== "SIMPLE" && tls?.mode !== "MUTUAL") return undefined;
  const says = "what a waypoint makes of the TLS that a DestinationRule asks of a gateway is not known";
  return { outcome: "unknown", missing: [{ code: "undetermined", says }] };
}

/** Routes lead to clusters of the waypoint's own Services, or to ordinary ones for all others. */
function behind(
  mesh: Mesh,
  as: WaypointPod,
  waypoint: Waypoint,
  service: RegistryService,
  port: RegistryPort,
  speaks: Speaks,
): Through {
  const seen = asSeenBy(mesh, revisionOf(mesh, as.annotations));
  const chosen = waypointRoute(seen, as, service, port, speaks);
  if (chosen.by === "unknown") return unknown(chosen.missing);
  const own: Pick<Destination, "host" | "port" | "subset"> = { host: service.host, port: port.port };
  const destinations = chosen.by === "service" ? [own] : chosen.destinations.filter(({ mirror }) => !mirror);
  const near = chosen.by === "service" ? service.namespace : chosen.namespace;
  return {
    as,
    outcomes: destinations.flatMap((each) =>
      toDestination(mesh, seen, as, waypoint, { ...each, host: fullHost(each.host, near) }, port, speaks),
    ),
  };
}

function toDestination(
  mesh: Mesh,
  seen: Mesh,
  as: WaypointPod,
  waypoint: Waypoint,
  { host, port, subset }: Pick<Destination, "host" | "port" | "subset">,
  called: RegistryPort,
  speaks: Speaks,
): readonly Outcome[] {
  const service = servicesNamed(seen, host)[0];
  const only = service?.ports.length === 1 ? service.ports[0]?.port : undefined;
  const number = port ?? only ?? called.port;
  const found = service?.ports.find((each) => each.port === number);
  if (service === undefined || found === undefined) return [{ code: "broken-client-proxy", missing: [] }];
  const attached = service.object.kind === "Service" ? waypointOfService(mesh, service.object) : undefined;
  if (attached?.by === "unknown") return [{ code: "unknown", missing: attached.missing }];
  const isOwn = attached?.by === "waypoint" && attached.waypoint.gateway === waypoint.gateway;
  const wanted = { host, port: number, ...(subset === undefined ? {} : { subset }) };
  if (!isOwn) return outcomes(mesh, as, wanted, speaks);
  const cluster = clusterFor(seen, as, service, found, subset);
  if (cluster === undefined) return [{ code: "broken-client-proxy", missing: [] }];
  if (cluster.endpoints.length === 0) return [{ code: "no-endpoints", missing: [] }];
  return cluster.endpoints.map((endpoint) => atEndpoint(mesh, endpoint, sendsOwn(cluster, endpoint), speaks));
}

/**
 * HBONE to pods that understand it, plain TCP to all others: a waypoint speaks no mutual TLS to sidecars. TLS that a
 * DestinationRule asks for travels inside.
 * Istio: pilot/pkg/networking/core/cluster_waypoint.go buildWaypointInboundVIPCluster, buildWaypointTLSContext;
 * pilot/pkg/xds/endpoints/endpoint_builder.go buildEnvoyLbEndpoint.
 */
function sendsOwn({ rule, port, subset }: Cluster, endpoint: ServiceEndpoint): Sends {
  const { tls } = clusterPolicy(rule, port.port, subset);
  const object = rule?.rules[0];
  if (tls?.mode === "SIMPLE" || tls?.mode === "MUTUAL") {
    const where = object === undefined ? {} : { place: { object, pointer: tls.at } };
    return { tls: tls.mode === "SIMPLE" ? "simple" : "mutual", ...where };
  }
  return understandsHbone(endpoint) ? { tls: "istio-mutual", tunnelled: true } : { tls: "none", because: "waypoint" };
}

/** Whatever a pod is, a waypoint speaks HBONE to its address. Istio: listener_waypoint.go buildWaypointInternal, cluster encap. */
function toPod(mesh: Mesh, wanted: Wanted, speaks: Speaks): readonly Outcome[] {
  if (!("at" in wanted)) return [];
  const { namespace, labels } = wanted.at.replica;
  const endpoint: ServiceEndpoint = { at: wanted.at, port: wanted.port, namespace, labels, tlsMode: "" };
  if (understandsHbone(endpoint)) return [atEndpoint(mesh, endpoint, { tls: "istio-mutual", tunnelled: true }, speaks)];
  const says = "whether a waypoint reaches a pod that does not understand HBONE is not known";
  return [{ code: "unknown", endpoint, missing: [{ code: "undetermined", says }] }];
}

function breaks(reason: BreakReason, more: Partial<Extract<Verdict, { readonly outcome: "breaks" }>> = {}): Through {
  return { ends: { outcome: "breaks", reason, ...more } };
}

function unknown(missing: readonly Missing[]): Through {
  return { ends: { outcome: "unknown", missing } };
}
