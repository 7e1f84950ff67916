/** Routes of the Gateway API that are attached to Services, as the VirtualServices that Istio makes of them. */
import { remembered } from "../memo.ts";
import { hostOf } from "../registry/host.ts";
import type { BackendRef } from "../resources/backend-ref.ts";
import type { Destination, Route, VirtualService } from "../resources/istio.ts";
import type { GatewayRoute, GatewayRouteRule, RouteParent } from "../resources/routes.ts";

/**
 * In the namespace of its Service a route is for all callers, elsewhere only for callers of its own namespace.
 * Istio: pilot/pkg/config/kube/gateway/conversion.go, mesh routes.
 */
export function meshRoutes(routes: readonly GatewayRoute[]): readonly VirtualService[] {
  return routes.flatMap(routesOf);
}

/** The same objects each time. */
const routesOf = remembered((route: GatewayRoute) =>
  route.parents.filter(({ kind }) => kind === "Service").map((parent) => meshRoute(route, parent)),
);

function meshRoute(route: GatewayRoute, parent: RouteParent): VirtualService {
  const protocol = route.kind === "TCPRoute" ? "tcp" : route.kind === "TLSRoute" ? "tls" : "http";
  return {
    ...route,
    kind: "VirtualService",
    madeFrom: route,
    hosts: [hostOf(parent)],
    gateways: [],
    exportTo: parent.namespace === route.namespace ? ["*"] : [route.namespace],
    routes: route.rules.map((rule) => routeOf(rule, protocol, parent.port)),
  };
}

function routeOf(rule: GatewayRouteRule, protocol: Route["protocol"], port: number | undefined): Route {
  const conditions = rule.onRequest || port !== undefined;
  const match = { gateways: [], sourceLabels: {}, onRequest: rule.onRequest, ...(port === undefined ? {} : { port }) };
  return {
    at: rule.at,
    protocol,
    matches: conditions ? [match] : [],
    forwards: rule.forwards && rule.backends.some(({ mirror }) => !mirror),
    destinations: rule.backends.map(destinationOf),
  };
}

function destinationOf({ at, namespace, name, port, mirror }: BackendRef): Destination {
  return { at, host: hostOf({ namespace, name }), mirror, ...(typeof port === "number" ? { port } : {}) };
}
