/** Routes that lead on from a server of a gateway: without one, a server for TCP or for TLS of others opens nothing. */
import { asSeenBy, revisionOf } from "../../control-plane.ts";
import type { Mesh } from "../../mesh.ts";
import { takesFrom } from "../../registry/chosen-namespaces.ts";
import { gatewayRef } from "../../registry/gateway-name.ts";
import { fullHost, overlaps } from "../../registry/host.ts";
import { isExportedTo } from "../../registry/visibility.ts";
import type { GatewayServer, Route, RouteMatch, VirtualService } from "../../resources/istio.ts";
import type { GatewayRoute } from "../../resources/routes.ts";
import type { Replica } from "../../workload.ts";
import type { ListenerGateway } from "./listeners.ts";
import type { Listening } from "./servers.ts";

/** What leads on: server names that it asks for, or none where it takes whatever arrives. */
export interface BoundRoute {
  readonly names: readonly string[];
}

/** Istio: pilot/pkg/networking/core/gateway.go buildGatewayNetworkFiltersFromTCPRoutes, buildGatewayNetworkFiltersFromTLSRoutes. */
export function boundRoutes(
  mesh: Mesh,
  replica: Replica,
  at: Listening,
  protocol: Route["protocol"],
): readonly BoundRoute[] {
  const { gateway, server } = at;
  if (gateway.listener !== undefined) return listenerRoutes(mesh, gateway, protocol);
  // Istio leads nothing on to the default backend. Istio: pilot/pkg/config/kube/ingress/ingress.go RuleCollection.
  if ("ingress" in gateway) return protocol === "http" && gateway.ingress.backends.length > 0 ? [{ names: [] }] : [];
  const seen = asSeenBy(mesh, revisionOf(mesh, replica.annotations));
  return seen.virtualServices
    .filter(
      (each) =>
        isExportedTo(each.exportTo, each.namespace, replica.namespace) && isBoundTo(each, at) && hasHost(each, at),
    )
    .flatMap((each) =>
      each.routes
        .filter((route) => route.protocol === protocol && (protocol === "http" || route.destinations.length > 0))
        .flatMap((route) => boundMatches(each, route, at, server)),
    );
}

function boundMatches(owner: VirtualService, { matches }: Route, at: Listening, server: GatewayServer): BoundRoute[] {
  if (matches.length === 0) return [{ names: [] }];
  return matches
    .filter((match) => isForServer(owner, match, at, server))
    .map(({ sniHosts = [] }) => ({ names: sniHosts }));
}

function isForServer(owner: VirtualService, match: RouteMatch, at: Listening, { port }: GatewayServer): boolean {
  const named = match.gateways.length === 0 || match.gateways.some((name) => isNamed(name, owner, at));
  return named && (match.port === undefined || match.port === port);
}

function isBoundTo(owner: VirtualService, at: Listening): boolean {
  return owner.gateways.some((name) => isNamed(name, owner, at));
}

function isNamed(written: string, owner: VirtualService, { gateway }: Listening): boolean {
  const ref = gatewayRef(written, owner.namespace);
  return ref.namespace === gateway.namespace && ref.name === gateway.name;
}

/** Some host of both, where the server does not keep its own to another namespace. Istio: pickMatchingGatewayHosts. */
function hasHost({ hosts, namespace }: VirtualService, { gateway, server }: Listening): boolean {
  return server.hosts.some((written) => {
    const [first = "", second] = written.split("/");
    const owner = first === "." ? gateway.namespace : first;
    if (second !== undefined && owner !== "*" && owner !== namespace) return false;
    return hosts.some((host) => overlaps(fullHost(host, namespace), second ?? first));
  });
}

const PROTOCOLS: Readonly<Record<GatewayRoute["kind"], Route["protocol"]>> = {
  HTTPRoute: "http",
  GRPCRoute: "http",
  TCPRoute: "tcp",
  TLSRoute: "tls",
};

/** A TLSRoute also leads on where the listener ends TLS. Istio: pilot/pkg/config/kube/gateway/conversion.go. */
function listenerRoutes(mesh: Mesh, gateway: ListenerGateway, protocol: Route["protocol"]): readonly BoundRoute[] {
  const { listener, namespace } = gateway;
  return routesNaming(mesh, gateway)
    .filter(({ kind }) => PROTOCOLS[kind] === protocol || (protocol === "tcp" && kind === "TLSRoute"))
    .filter((route) => {
      const answer = takesFrom(mesh, listener.routes, namespace, route.namespace);
      return answer.known && answer.takes;
    })
    .map(({ hostnames }) => ({ names: hostnames.length > 0 ? hostnames : [listener.hostname ?? "*"] }));
}

/** Routes that ask for the listener, whether it takes them or not. */
export function routesNaming(
  mesh: Mesh,
  { kind, namespace, name, listener }: ListenerGateway,
): readonly GatewayRoute[] {
  return mesh.gatewayRoutes.filter(({ parents }) =>
    parents.some(
      (parent) =>
        parent.kind === kind &&
        parent.namespace === namespace &&
        parent.name === name &&
        (parent.section === undefined || parent.section === listener.name) &&
        (parent.port === undefined || parent.port === listener.port),
    ),
  );
}
