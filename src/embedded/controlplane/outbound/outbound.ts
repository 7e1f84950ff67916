/** How a sidecar sends: virtual hosts by port for HTTP, addresses for everything else. Istio: pilot/pkg/networking/core/{listener,httproute}.go. */
import { httpRoutesFor } from "../../../mesh/client/virtual-services.ts";
import type { Mesh } from "../../../mesh/mesh.ts";
import { concreteService } from "../../../mesh/registry/alias.ts";
import { fullHost, hostOf } from "../../../mesh/registry/host.ts";
import { type ProxiedPod, type Scope, scopeOf } from "../../../mesh/registry/scope.ts";
import type { RegistryService } from "../../../mesh/registry/service.ts";
import type { HttpRoute, Outbound, TcpRoute, VirtualHost } from "../../dataplane/config.ts";
import { clusterName, clustersOf } from "./clusters.ts";
import { DEFAULT_RETRIES, httpRoutesOf, type RoutesWritten } from "./http-routes.ts";
import { addressesOf, destinationsOf, type Pair } from "./tcp-routes.ts";
import type { RuleReader } from "./written-rule.ts";

/**
 * The same for all proxies of a namespace, but where a rule, a route or a Sidecar resource looks at labels: those share it by
 * their labels. Hundreds of proxies then hold one object.
 */
export function sharedOutbound(mesh: Mesh, rules: RuleReader, written: RoutesWritten): (pod: ProxiedPod) => Outbound {
  const known = new Map<string, Outbound>();
  const byLabels = looksAtLabels(mesh);
  return (pod) => {
    const labels = byLabels ? JSON.stringify(Object.entries(pod.labels).toSorted()) : "";
    const key = `${pod.proxy} ${pod.namespace} ${labels}`;
    const outbound = known.get(key) ?? outboundOf(mesh, pod, rules, written);
    known.set(key, outbound);
    return outbound;
  };
}

function looksAtLabels(mesh: Mesh): boolean {
  return (
    mesh.destinationRules.some(({ workloadSelector }) => workloadSelector !== undefined) ||
    mesh.sidecars.some(({ workloadSelector }) => workloadSelector !== undefined) ||
    mesh.virtualServices.some(({ routes }) =>
      routes.some(({ matches }) => matches.some(({ sourceLabels }) => Object.keys(sourceLabels).length > 0)),
    )
  );
}

function outboundOf(mesh: Mesh, pod: ProxiedPod, rules: RuleReader, written: RoutesWritten): Outbound {
  const scope = scopeOf(mesh, pod);
  const listened = [...scope.listened.values()];
  const pairs = listened.flatMap((service) => service.ports.map((port) => ({ service, port })));
  const sniffed = pairs.filter(({ port }) => port.family !== "TCP");
  // Without one that is declared as HTTP a port has listeners at addresses only.
  const byPort = [...Map.groupBy(sniffed, ({ port }) => String(port.port))].filter(([, some]) =>
    some.some(({ port }) => port.family === "HTTP"),
  );
  return {
    clusters: clustersOf(mesh, pod, scope, rules),
    http: Object.fromEntries(
      byPort.map(([port, services]) => [
        port,
        [
          ...services.map((pair) => virtualHost(mesh, pod, scope, pair, written)),
          ...hostsWithoutService(pod, scope, Number(port), written),
        ],
      ]),
    ),
    tcp: Object.fromEntries(pairs.flatMap((pair) => tcpEntries(mesh, pod, scope, pair, written))),
    otherwise: scope.outboundTrafficPolicy === "REGISTRY_ONLY" ? "blackhole" : "passthrough",
  };
}

function virtualHost(
  mesh: Mesh,
  pod: ProxiedPod,
  scope: Scope,
  { service, port: { port } }: Pair,
  written: RoutesWritten,
): VirtualHost {
  const virtualService = httpRoutesFor(scope, pod, service.host);
  const routes =
    virtualService === undefined
      ? []
      : httpRoutesOf(scope, written(virtualService), virtualService.namespace, { ...pod, gateway: "mesh", port });
  const target =
    service.object.kind === "Service" ? (concreteService(mesh, service.object) ?? service.object) : undefined;
  const own = clusterName(target === undefined ? service.host : hostOf(target), port);
  return {
    name: `${service.host}:${port}`,
    domains: domainsOf(pod, service).flatMap((domain) => [domain, `${domain}:${port}`]),
    routes: routes.length > 0 ? routes : [toCluster(own)],
  };
}

function toCluster(cluster: string): HttpRoute {
  return {
    name: "default",
    matches: [],
    action: { type: "clusters", weighted: [{ cluster, weight: 100 }] },
    retries: DEFAULT_RETRIES,
  };
}

/** The names under which a pod's search path finds a Service, and its address. Istio: httproute.go GenerateAltVirtualHosts. */
function domainsOf({ namespace }: ProxiedPod, service: RegistryService): readonly string[] {
  if (service.object.kind === "ServiceEntry") return [service.host, ...service.object.addresses];
  const { name, namespace: own, clusterIP } = service.object;
  const short = own === namespace ? [name] : [];
  const address = clusterIP === undefined || clusterIP === "None" || clusterIP === "" ? [] : [clusterIP];
  return [...new Set([service.host, ...short, `${name}.${own}`, `${name}.${own}.svc`, ...address])];
}

/**
 * Hosts of a VirtualService that are no Service at the port: beside a Service that is, or at port 80.
 * Istio: route.go buildSidecarVirtualHostsForVirtualService.
 */
function hostsWithoutService(
  pod: ProxiedPod,
  scope: Scope,
  port: number,
  written: RoutesWritten,
): readonly VirtualHost[] {
  const seen = new Set<string>();
  const isKnown = (host: string) =>
    scope.listened.get(host)?.ports.some((each) => each.port === port && each.family !== "TCP") === true;
  return scope.virtualServices.flatMap((virtualService) => {
    const hosts = virtualService.hosts.map((host) => fullHost(host, virtualService.namespace));
    const unknown = hosts.filter((host) => !isKnown(host) && !seen.has(host));
    if (port !== 80 && !hosts.some(isKnown)) return [];
    if (unknown.length === 0 || !virtualService.routes.some(({ protocol }) => protocol === "http")) return [];
    for (const host of unknown) seen.add(host);
    const routes = httpRoutesOf(scope, written(virtualService), virtualService.namespace, {
      ...pod,
      gateway: "mesh",
      port,
    });
    const domains = unknown.flatMap((host) => (host === "*" ? [host] : [host, `${host}:${port}`]));
    return routes.length === 0 ? [] : [{ name: `${unknown[0]}:${port}`, domains, routes }];
  });
}

/** Ports that are not HTTP have an address each. */
function tcpEntries(
  mesh: Mesh,
  pod: ProxiedPod,
  scope: Scope,
  pair: Pair,
  written: RoutesWritten,
): readonly (readonly [string, TcpRoute])[] {
  const { family } = pair.port;
  if (family === "HTTP" || pair.service.resolution === "alias") return [];
  const weighted = destinationsOf(mesh, pod, scope, pair, written);
  // The only host of its route, so that the Host header decides nothing. Istio: httproute.go getVirtualHostsForSniffedServicePort.
  const http = () => [{ ...virtualHost(mesh, pod, scope, pair, written), domains: ["*"] }];
  const route: TcpRoute = family === "AUTO" ? { weighted, sniff: true, http: http() } : { weighted, sniff: false };
  return addressesOf(mesh, pair).map((address) => [address, route] as const);
}
