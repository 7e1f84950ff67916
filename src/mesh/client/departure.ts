/** How a call leaves its pod: without a proxy, through a cluster, past the proxy's knowledge, or not at all. */
import type { Missing } from "../answer.ts";
import type { Speaks } from "../callers/call.ts";
import type { Mesh } from "../mesh.ts";
import { endpointsOf, type PodInView, type ServiceEndpoint } from "../registry/endpoints.ts";
import { fullHost } from "../registry/host.ts";
import { type ProxiedPod, type Scope, scopeOf } from "../registry/scope.ts";
import type { RegistryPort, RegistryService } from "../registry/service.ts";
import type { Destination } from "../resources/istio.ts";
import { type Cluster, clusterFor } from "./cluster.ts";
import { type Chosen, routeFor } from "./virtual-services.ts";

/** A pod that calls. `ip` is its own address. */
export interface CallingPod {
  readonly proxy: "none" | "sidecar" | "gateway" | "ztunnel";
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly ip?: string;
  /** Absent where no pod of the caller is in view. */
  readonly serviceAccount?: string;
}

/** What the application asks for: a host of the registry and a port of it, or an address and a port. */
export type Wanted =
  | { readonly host: string; readonly port: number; readonly subset?: string }
  | { readonly address: string; readonly port: number }
  /** The address of a pod, which a planned one has not got yet. */
  | { readonly at: PodInView; readonly port: number };

/** The endpoint is at the address that is wanted. */
export function isAddressed(
  { ip, at }: Pick<ServiceEndpoint, "ip" | "at">,
  wanted: Exclude<Wanted, { readonly host: string }>,
): boolean {
  if (!("at" in wanted)) return ip === wanted.address;
  return at?.workload === wanted.at.workload && at.replica.pod === wanted.at.replica.pod;
}

export type Departure =
  | { readonly by: "direct" }
  | { readonly by: "cluster"; readonly cluster: Cluster }
  /** In clear to the address that the application chose. */
  | { readonly by: "passthrough" }
  | { readonly by: "blackhole" }
  /** The caller's own proxy has no cluster for it. */
  | { readonly by: "refused" }
  | { readonly by: "unknown"; readonly missing: readonly Missing[] };

/** Departures of one call: several where a route spreads its traffic. */
export function departures(mesh: Mesh, pod: CallingPod, wanted: Wanted, speaks: Speaks): readonly Departure[] {
  if (pod.proxy === "none" || pod.proxy === "ztunnel") return [{ by: "direct" }];
  const proxied = { ...pod, proxy: pod.proxy };
  const scope = scopeOf(mesh, proxied);
  if (!("host" in wanted)) return [toAddress(mesh, proxied, scope, wanted, speaks)];
  if (pod.proxy === "gateway") return [ofGateway(mesh, proxied, scope, wanted)];
  const service = scope.listened.get(wanted.host);
  const port = service?.ports.find((each) => each.port === wanted.port);
  if (service === undefined || port === undefined) return [pastKnowledge(scope, wanted.port, speaks)];
  if (port.family === "HTTP" && speaks !== "http") return [pastKnowledge(scope, wanted.port, speaks)];
  return throughService(mesh, proxied, scope, service, port, speaks);
}

function ofGateway(
  mesh: Mesh,
  pod: ProxiedPod,
  scope: Scope,
  { host, port: number, subset }: Extract<Wanted, { readonly host: string }>,
): Departure {
  const service = scope.services.get(host);
  const port = service?.ports.find((each) => each.port === number);
  return service === undefined || port === undefined
    ? { by: "refused" }
    : ofCluster(clusterFor(mesh, pod, service, port, subset));
}

/**
 * What the proxy does not know goes where the application wanted, in clear, unless the policy allows only what is in
 * the registry. So do bytes that are not HTTP on an http port: its listener has no other chain for them. HTTP that
 * meets the listener of some other http service on that port is answered by it.
 * Istio: pilot/pkg/networking/core/listener.go buildOutboundCatchAllNetworkFiltersOnly, httproute.go buildCatchAllVirtualHost.
 */
export function pastKnowledge(scope: Scope, port: number, speaks: Speaks): Departure {
  if (scope.outboundTrafficPolicy !== "REGISTRY_ONLY") return { by: "passthrough" };
  return { by: speaks === "http" && hasHttpListener(scope, port) ? "refused" : "blackhole" };
}

function hasHttpListener({ listened }: Scope, port: number): boolean {
  return [...listened.values()].some(({ ports }) => ports.some((each) => each.port === port && each.family === "HTTP"));
}

function throughService(
  mesh: Mesh,
  pod: ProxiedPod,
  scope: Scope,
  service: RegistryService,
  port: RegistryPort,
  speaks: Speaks,
): readonly Departure[] {
  const chosen = routeFor(mesh, pod, scope, service, port, speaks);
  if (chosen.by === "unknown") return [{ by: "unknown", missing: chosen.missing }];
  if (chosen.by === "service") return [ofCluster(clusterFor(mesh, pod, service, port))];
  return chosen.destinations
    .filter(({ mirror }) => !mirror)
    .map((destination) => toDestination(mesh, pod, scope, destination, port, chosen));
}

/** A destination without a port keeps the port that was called; of a TCP route, the only port of a service that has one. */
function toDestination(
  mesh: Mesh,
  pod: ProxiedPod,
  scope: Scope,
  destination: Destination,
  called: RegistryPort,
  { kind, namespace }: Extract<Chosen, { readonly by: "route" }>,
): Departure {
  const service = scope.services.get(fullHost(destination.host, namespace));
  const only = service?.ports.length === 1 && kind !== "http" ? service.ports[0]?.port : undefined;
  const wanted = destination.port ?? only ?? called.port;
  const port = service?.ports.find((each) => each.port === wanted);
  if (service === undefined || port === undefined) return { by: "refused" };
  return ofCluster(clusterFor(mesh, pod, service, port, destination.subset));
}

function ofCluster(cluster: Cluster | undefined): Departure {
  return cluster === undefined ? { by: "refused" } : { by: "cluster", cluster };
}

/**
 * The pods of a headless Service have a listener each on ports that are not http, so that a call to such an address is
 * known; every other address is not.
 * Istio: pilot/pkg/networking/core/listener.go buildSidecarOutboundListeners.
 */
function toAddress(
  mesh: Mesh,
  pod: ProxiedPod & { readonly ip?: string },
  scope: Scope,
  wanted: Exclude<Wanted, { readonly host: string }>,
  speaks: Speaks,
): Departure {
  const own = "at" in wanted ? wanted.at.replica.ip : wanted.address;
  if (own !== undefined && own === pod.ip) return pastKnowledge(scope, wanted.port, speaks);
  for (const service of scope.listened.values()) {
    const port = service.ports.find((each) => each.port === wanted.port);
    if (port === undefined || !hasPodListeners(service, port)) continue;
    if (endpointsOf(mesh, service, port).some((endpoint) => isAddressed(endpoint, wanted))) {
      return ofCluster(clusterFor(mesh, pod, service, port));
    }
  }
  return pastKnowledge(scope, wanted.port, speaks);
}

export function hasPodListeners(service: RegistryService, port: RegistryPort): boolean {
  return service.resolution === "original-destination" && port.family !== "HTTP";
}
