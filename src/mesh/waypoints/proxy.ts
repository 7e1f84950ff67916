/** A waypoint as a proxy: who it is, whom it lets in, and which routes it follows. */
import type { Missing } from "../answer.ts";
import { inNamespace } from "../by-namespace.ts";
import type { Speaks } from "../callers/call.ts";
import type { CallingPod } from "../client/departure.ts";
import { type Chosen, routeFor } from "../client/virtual-services.ts";
import { gapsAt, missingFrom } from "../gaps.ts";
import type { Mesh } from "../mesh.ts";
import { fullHost, overlaps } from "../registry/host.ts";
import type { RegistryPort, RegistryService } from "../registry/service.ts";
import { isExportedTo } from "../registry/visibility.ts";
import type { Service } from "../resources/core.ts";
import type { AuthorizationPolicy, Route, VirtualService } from "../resources/istio.ts";
import { type Connection, refusal } from "../server/authorization.ts";
import type { Waypoint } from "./attached.ts";

export type WaypointPod = CallingPod & { readonly proxy: "gateway" };

/**
 * Its service account has its name, unless somebody names another one.
 * Istio: pilot/pkg/config/kube/gatewaycommon, manifests/charts/istio-control/istio-discovery/files/waypoint.yaml.
 */
export function podOf(mesh: Mesh, { gateway, namespace, name }: Waypoint): WaypointPod {
  const label = { "gateway.networking.k8s.io/gateway-name": name };
  const observed = mesh.workloads
    .filter((workload) => workload.namespace === namespace)
    .flatMap(({ replicas }) => replicas)
    .find(({ pod, labels }) => pod !== undefined && labels["gateway.networking.k8s.io/gateway-name"] === name);
  const renamed = ["gateway.istio.io/name-override", "gateway.istio.io/service-account"].some(
    (annotation) => gateway.annotations[annotation] !== undefined,
  );
  const account = observed?.spec.serviceAccount ?? (renamed ? undefined : name);
  return {
    proxy: "gateway",
    namespace,
    labels: observed?.labels ?? { ...label, "gateway.istio.io/managed": "istio.io-mesh-controller" },
    annotations: observed?.annotations ?? {},
    ...(account === undefined ? {} : { serviceAccount: account }),
  };
}

/**
 * Policies obey a waypoint by targetRefs alone: to it, to its class from the root namespace, or to the Service called.
 * Istio: pilot/pkg/model/policyattachment.go ShouldAttachPolicy.
 */
function policiesAt(mesh: Mesh, { namespace, name }: Waypoint, service: Service | undefined) {
  const names = (policy: AuthorizationPolicy) =>
    policy.targets.some(
      ({ kind, name: target }) =>
        (kind === "Gateway" && target === name && policy.namespace === namespace) ||
        (kind === "GatewayClass" && target === "istio-waypoint" && policy.namespace === mesh.config.rootNamespace) ||
        (kind === "Service" && target === service?.name && policy.namespace === service.namespace),
    );
  const namespaces = new Set([namespace, mesh.config.rootNamespace, service?.namespace ?? namespace]);
  return [...namespaces]
    .flatMap((each) => inNamespace(mesh.authorizationPolicies, each))
    .filter((policy) => policy.annotations["istio.io/dry-run"] !== "true" && (names(policy) || unreadTargets(policy)));
}

function unreadTargets(policy: AuthorizationPolicy): boolean {
  return gapsAt(policy, "/spec/targetRef", "/spec/targetRefs").length > 0;
}

export type Entry =
  | { readonly lets: "in" }
  | { readonly lets: "nobody-knows"; readonly missing: readonly Missing[] }
  | { readonly lets: "not-in"; readonly policy: AuthorizationPolicy };

export function entryAt(mesh: Mesh, waypoint: Waypoint, service: Service | undefined, connection: Connection): Entry {
  const policies = policiesAt(mesh, waypoint, service);
  const missing = policies.flatMap((policy) => missingFrom(policy, gapsAt(policy, "/spec", "/metadata")));
  if (missing.length > 0) return { lets: "nobody-knows", missing };
  const policy = refusal(mesh, policies, connection);
  return policy === undefined ? { lets: "in" } : { lets: "not-in", policy };
}

/**
 * Routes of its own namespace and of the Service's, for all callers alike: what asks for a source never holds. HTTP
 * follows the routes of all objects for the host in turn; where there is more than one, that is not known.
 * Istio: pilot/pkg/networking/core/listener_waypoint.go getVirtualServiceForWaypoint, waypointInboundRoute.
 */
export function waypointRoute(
  mesh: Mesh,
  waypoint: WaypointPod,
  service: RegistryService,
  port: RegistryPort,
  speaks: Speaks,
): Chosen {
  const http = port.family === "HTTP" || (port.family === "AUTO" && speaks === "http");
  const counts = ({ protocol }: Route) => (protocol === "http") === http;
  const virtualServices = mesh.virtualServices.filter(
    ({ namespace, hosts, exportTo, gateways, routes }) =>
      (gateways.length === 0 || gateways.includes("mesh")) &&
      (namespace === waypoint.namespace || namespace === service.namespace) &&
      isExportedTo(exportTo, namespace, waypoint.namespace) &&
      hosts.some((host) => overlaps(fullHost(host, namespace), service.host)) &&
      routes.some(counts),
  );
  const [first, ...others] = virtualServices;
  if (first === undefined) return { by: "service" };
  const unclear = first.routes
    .filter(counts)
    .some(
      ({ protocol, matches }) =>
        protocol === "tls" || matches.some(({ sourceNamespace }) => sourceNamespace !== undefined),
    );
  if (others.length > 0 || unclear || (!http && port.tls)) return notTold(first);
  const pod = { proxy: waypoint.proxy, namespace: waypoint.namespace, labels: {} };
  const scope = {
    services: new Map(),
    listened: new Map(),
    virtualServices,
    outboundTrafficPolicy: "ALLOW_ANY",
  } as const;
  return routeFor(mesh, pod, scope, service, port, speaks);
}

function notTold(virtualService: VirtualService): Chosen {
  const object = virtualService.madeFrom ?? virtualService;
  const says = `which routes a waypoint makes of ${object.kind} ${object.namespace}/${object.name} is not known`;
  return { by: "unknown", missing: [{ code: "undetermined", says, place: { object, pointer: "/spec" } }] };
}
