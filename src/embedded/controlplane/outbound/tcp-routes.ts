/** Where connections to a port go that are not HTTP, and at which addresses. Istio: pilot/pkg/networking/core/{networkfilter,listener}.go. */
import { routeFor } from "../../../mesh/client/virtual-services.ts";
import type { Mesh } from "../../../mesh/mesh.ts";
import { endpointsOf } from "../../../mesh/registry/endpoints.ts";
import { fullHost } from "../../../mesh/registry/host.ts";
import type { ProxiedPod, Scope } from "../../../mesh/registry/scope.ts";
import type { RegistryPort, RegistryService } from "../../../mesh/registry/service.ts";
import type { Destination } from "../../../mesh/resources/istio.ts";
import type { TcpRoute } from "../../dataplane/config.ts";
import { clusterName } from "./clusters.ts";
import type { RoutesWritten } from "./http-routes.ts";

/** A port of a service that a proxy knows. */
export interface Pair {
  readonly service: RegistryService;
  readonly port: RegistryPort;
}

/**
 * A destination without a port takes the only one of its service, else the one that was called; of several, those without a
 * weight get nothing. Istio: networkfilter.go buildOutboundNetworkFilters.
 */
export function destinationsOf(
  mesh: Mesh,
  pod: ProxiedPod,
  scope: Scope,
  { service, port }: Pair,
  written: RoutesWritten,
): TcpRoute["weighted"] {
  const chosen = routeFor(mesh, pod, scope, service, port, "tcp");
  if (chosen.by !== "route") return [{ cluster: clusterName(service.host, port.port), weight: 1 }];
  const destinations = chosen.destinations.filter(({ mirror }) => !mirror);
  return destinations
    .map((destination) => {
      const host = fullHost(destination.host, chosen.namespace);
      const ports = scope.services.get(host)?.ports ?? [];
      const only = ports.length === 1 ? ports[0]?.port : undefined;
      return {
        cluster: clusterName(host, destination.port ?? only ?? port.port, destination.subset),
        weight: destinations.length === 1 ? 1 : weightOf(scope, destination, written),
      };
    })
    .filter(({ weight }) => weight > 0);
}

/** As it is written: no rule about mutual TLS reads weights. */
function weightOf({ virtualServices }: Scope, destination: Destination, written: RoutesWritten): number {
  const [, protocol, route, index] = /^\/spec\/(tcp|tls)\/(\d+)\/route\/(\d+)\/destination$/.exec(destination.at) ?? [];
  const owner = virtualServices.find(({ routes }) =>
    routes.some(({ destinations }) => destinations.includes(destination)),
  );
  if (owner === undefined || (protocol !== "tcp" && protocol !== "tls")) return 0;
  return written(owner, protocol)[Number(route)]?.route?.[Number(index)]?.weight ?? 0;
}

/** The address of the Service, or of each of its pods where it has none. */
export function addressesOf(mesh: Mesh, { service, port }: Pair): readonly string[] {
  if (service.resolution === "original-destination") {
    return endpointsOf(mesh, service, port).flatMap(({ ip }) => (ip === undefined ? [] : [`${ip}:${port.port}`]));
  }
  const { object } = service;
  const addresses = object.kind === "Service" ? [object.clusterIP ?? ""] : object.addresses;
  return addresses.filter((ip) => ip !== "" && ip !== "None").map((ip) => `${ip}:${port.port}`);
}
