/** What a gateway listens on: the servers of the Gateways that select its pod, with the routes that are bound to them. */
import { inNamespace } from "../../../mesh/by-namespace.ts";
import { hasLabels } from "../../../mesh/labels.ts";
import type { Mesh } from "../../../mesh/mesh.ts";
import { fullHost, isSubsetOf, overlaps } from "../../../mesh/registry/host.ts";
import { type ProxiedPod, type Scope, scopeOf } from "../../../mesh/registry/scope.ts";
import type { Gateway, VirtualService } from "../../../mesh/resources/istio.ts";
import { servicesOf, targetPort } from "../../../mesh/server/ports.ts";
import type { Replica } from "../../../mesh/workload.ts";
import type { GatewayServer, VirtualHost } from "../../dataplane/config.ts";
import { clusterName } from "../outbound/clusters.ts";
import type { RoutesWritten } from "../outbound/http-routes.ts";
import { httpRoutesOf } from "../outbound/http-routes.ts";
import { type CertificateReader, tlsOf, type WrittenServer } from "./server-tls.ts";

export type ServersWritten = (gateway: Gateway) => readonly WrittenServer[];

/** Istio: pilot/pkg/model/gateway.go MergeGateways, pilot/pkg/networking/core/gateway.go. */
export function serversOf(
  mesh: Mesh,
  replica: Replica,
  pod: ProxiedPod,
  written: {
    readonly servers: ServersWritten;
    readonly routes: RoutesWritten;
    readonly certificates: CertificateReader;
  },
): readonly GatewayServer[] {
  const scope = scopeOf(mesh, pod);
  const gateways = mesh.gateways.filter(({ selector }) => hasLabels(replica.labels, selector));
  const opened = gateways.flatMap((gateway) => written.servers(gateway).map((server) => ({ gateway, server })));
  // Plain HTTP servers of one port are one listener; each TLS server is told by its names.
  const groups = Map.groupBy(opened, ({ server }) => {
    const { number, protocol } = server.port;
    return isPlainHttp(protocol) ? `${number}` : `${number} ${(server.hosts ?? []).join()}`;
  });
  return [...groups.values()].flatMap((group) => serverOf(mesh, replica, pod, scope, group, written) ?? []);
}

interface Opened {
  readonly gateway: Gateway;
  readonly server: WrittenServer;
}

function serverOf(
  mesh: Mesh,
  replica: Replica,
  pod: ProxiedPod,
  scope: Scope,
  group: readonly Opened[],
  written: Parameters<typeof serversOf>[3],
): GatewayServer | undefined {
  const [first] = group;
  if (first === undefined) return undefined;
  const { number, protocol } = first.server.port;
  const tls = tlsOf(first.server, replica.namespace, written.certificates);
  const kind = protocolOf(protocol, tls?.mode);
  const hosts = group.flatMap((opened) => virtualHostsOf(mesh, pod, scope, opened, written.routes));
  const cluster = kind === "tcp" || kind === "tls" ? streamCluster(mesh, first, kind) : undefined;
  return {
    port: podPort(mesh, replica, number),
    protocol: kind,
    ...(tls === undefined ? {} : { tls }),
    virtualHosts: kind === "http" || kind === "https" ? hosts : [],
    ...(cluster === undefined ? {} : { tcp: { weighted: [{ cluster, weight: 1 }], sniff: false } }),
  };
}

function isPlainHttp(protocol: string): boolean {
  return ["HTTP", "HTTP2", "GRPC", "GRPC-WEB"].includes(protocol.toUpperCase());
}

/** TLS that is not ended here is passed on as it comes. */
function protocolOf(protocol: string, mode: string | undefined): GatewayServer["protocol"] {
  if (isPlainHttp(protocol)) return "http";
  if (mode === "passthrough") return "tls";
  return protocol.toUpperCase() === "HTTPS" ? "https" : "tcp";
}

/** A server's number is a port of the gateway's Service; the pod listens where that port leads. */
function podPort(mesh: Mesh, replica: Replica, number: number): number {
  for (const service of servicesOf(mesh, replica)) {
    const port = service.ports.find((each) => each.port === number);
    const target = port === undefined ? undefined : targetPort(port, replica.spec);
    if (target !== undefined) return target;
  }
  return number;
}

/** VirtualServices of the gateway, for the hosts that the server shares with them. */
function virtualHostsOf(
  mesh: Mesh,
  pod: ProxiedPod,
  scope: Scope,
  { gateway, server }: Opened,
  routes: RoutesWritten,
): readonly VirtualHost[] {
  const port = server.port.number;
  return boundTo(mesh, gateway).flatMap((virtualService) => {
    const domains = sharedHosts(server, gateway, virtualService);
    if (domains.length === 0) return [];
    const proxy = { ...pod, gateway: `${gateway.namespace}/${gateway.name}`, port };
    const found = httpRoutesOf(scope, routes(virtualService), virtualService.namespace, proxy);
    const redirected = server.tls?.httpsRedirect === true ? [HTTPS_REDIRECT] : found;
    return redirected.length === 0 ? [] : [{ name: `${domains[0]}:${port}`, domains, routes: redirected }];
  });
}

const HTTPS_REDIRECT = { matches: [], action: { type: "redirect", code: 301, scheme: "https" } } as const;

function boundTo(mesh: Mesh, gateway: Gateway): readonly VirtualService[] {
  const name = `${gateway.namespace}/${gateway.name}`;
  return mesh.virtualServices.filter(({ gateways, namespace }) =>
    gateways.some((each) => (each.includes("/") ? each : `${namespace}/${each}`) === name),
  );
}

/**
 * A host of a server may be limited to VirtualServices of a namespace: `prod/*.example.com`, `./*`. Where one host stands for
 * the other, the narrower one counts. Istio: pilot/pkg/networking/core/gateway.go pickMatchingGatewayHosts.
 */
function sharedHosts(server: WrittenServer, gateway: Gateway, { hosts, namespace }: VirtualService): readonly string[] {
  const allowed = (server.hosts ?? []).flatMap((host) => {
    const [owner = "*", name] = host.includes("/") ? host.split("/", 2) : ["*", host];
    const isFor = owner === "*" || owner === namespace || (owner === "." && namespace === gateway.namespace);
    return isFor && name !== undefined ? [name] : [];
  });
  const wanted = hosts.map((host) => fullHost(host, namespace));
  return [
    ...new Set(
      wanted.flatMap((host) =>
        allowed.filter((each) => overlaps(host, each)).map((each) => (isSubsetOf(host, each) ? host : each)),
      ),
    ),
  ];
}

/** Where bytes of a server go that are not HTTP: the first route of a VirtualService that is bound to it. */
function streamCluster(mesh: Mesh, { gateway, server }: Opened, kind: "tcp" | "tls"): string | undefined {
  for (const virtualService of boundTo(mesh, gateway)) {
    if (sharedHosts(server, gateway, virtualService).length === 0) continue;
    const route = virtualService.routes.find(({ protocol }) => protocol === kind);
    const [to] = route?.destinations ?? [];
    if (to === undefined) continue;
    const host = fullHost(to.host, virtualService.namespace);
    const only = inNamespace(mesh.services, host.split(".")[1] ?? "").find(({ name }) => name === host.split(".")[0])
      ?.ports[0];
    return clusterName(host, to.port ?? only?.port ?? server.port.number, to.subset);
  }
  return undefined;
}
