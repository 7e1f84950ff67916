/** The filter chains of a gateway's listener: what each of its servers takes, and for which server names. */
import type { Mesh } from "../../mesh.ts";
import { clusterName, isSubsetOf } from "../../registry/host.ts";
import { registryServices } from "../../registry/service.ts";
import type { ServerTlsMode } from "../../resources/istio.ts";
import type { Replica } from "../../workload.ts";
import { boundRoutes } from "./bound-routes.ts";
import { endsHttps, isHttp, type Listening, passesOn, serversAt } from "./servers.ts";

export interface Chain {
  readonly at: Listening;
  /** Server names that it is for; empty means all, and plaintext too. */
  readonly names: readonly string[];
  readonly expects: "http" | "tcp";
  readonly tls: "none" | ServerTlsMode;
}

/**
 * Plaintext HTTP has one chain for all of its servers. A server for TCP has one where a route leads on, and a server
 * that passes TLS on one for every match of a route, by the names that the route asks for.
 * Istio: pilot/pkg/networking/core/gateway.go buildGatewayTCPBasedFilterChains, createGatewayTCPFilterChainOpts.
 */
export function chainsAt(mesh: Mesh, replica: Replica, port: number): readonly Chain[] {
  const all = serversAt(mesh, replica, port).map((at) => ({ at, http: isHttp(at.server) }));
  const http = all.find((each) => each.http);
  return all.flatMap((each) => {
    if (!each.http) return chainsOf(mesh, replica, each.at);
    return each === http ? [{ at: each.at, names: [], expects: "http" as const, tls: "none" as const }] : [];
  });
}

function chainsOf(mesh: Mesh, replica: Replica, at: Listening): readonly Chain[] {
  const { server } = at;
  const tls: Chain["tls"] = server.tls?.mode ?? "none";
  const own = { at, tls, expects: "tcp" as const };
  if (tls === "AUTO_PASSTHROUGH") {
    const names = clusterNames(mesh, server.hosts);
    return names.length === 0 ? [] : [{ ...own, names }];
  }
  if (passesOn(server)) {
    return boundRoutes(mesh, replica, at, "tls").map(({ names }) => ({ ...own, names: asNames(names) }));
  }
  const names = tls === "none" ? [] : asNames(server.hosts.map((host) => host.slice(host.indexOf("/") + 1)));
  if (endsHttps(server)) return [{ ...own, names, expects: "http" }];
  return boundRoutes(mesh, replica, at, "tcp").length === 0 ? [] : [{ ...own, names }];
}

/**
 * Proxies of other networks ask for the name of their own cluster. Istio: builtAutoPassthroughFilterChains.
 */
function clusterNames(mesh: Mesh, hosts: readonly string[]): readonly string[] {
  return registryServices(mesh)
    .filter(({ host, external }) => !external && hosts.some((each) => isSubsetOf(host, each)))
    .flatMap(({ host, ports }) => ports.map(({ port }) => clusterName(host, port)));
}

/** `*` among names means all of them. Istio: listener.go toFilterChainMatch. */
function asNames(names: readonly string[]): readonly string[] {
  return names.includes("*") ? [] : names;
}
