/** The configuration of one proxy, from the mesh as istiod sees it. */
import type { Mesh } from "../../mesh/mesh.ts";
import type { Gateway, VirtualService } from "../../mesh/resources/istio.ts";
import type { Replica, Workload } from "../../mesh/workload.ts";
import type { Kinds } from "../api/kinds/kind.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { Resources } from "../api/resources.ts";
import type { Node, ProxyConfig } from "../dataplane/config.ts";
import type { WrittenServer } from "./gateway/server-tls.ts";
import { serversOf } from "./gateway/servers.ts";
import { authorizationOf } from "./inbound/authorization.ts";
import { inboundOf } from "./inbound/inbound.ts";
import type { WrittenRoute } from "./outbound/http-routes.ts";
import { sharedOutbound } from "./outbound/outbound.ts";
import { ruleReader, secretOf } from "./outbound/written-rule.ts";
import { statsPrefixesOf } from "./stats-prefixes.ts";

/** The API as far as a configuration reads objects as they are written. */
export interface Written {
  readonly resources: Resources;
  readonly kinds: Kinds;
}

/** Undefined for a pod without a proxy of Istio's. */
export type ConfigFor = (workload: Workload, replica: Replica) => ProxyConfig | undefined;

/** What many proxies have in common is made once, and is one object in all of their configurations. */
export function proxyConfigs(mesh: Mesh, { resources, kinds }: Written): ConfigFor {
  const read =
    (kind: string, group: string) =>
    (own: string, name: string): KubernetesObject | undefined => {
      const found = kinds.byKind(group, kind);
      return found === undefined ? undefined : resources.find(found, { namespace: own, name });
    };
  const gateways = read("Gateway", "networking.istio.io");
  const virtualServices = read("VirtualService", "networking.istio.io");
  const policies = read("AuthorizationPolicy", "security.istio.io");
  const routes = (virtualService: VirtualService, protocol = "http") =>
    written<WrittenRoute>(virtualServices, virtualService, protocol);
  const outbound = sharedOutbound(mesh, ruleReader(resources, kinds), routes);
  const forGateways = {
    routes,
    servers: (gateway: Gateway) => written<WrittenServer>(gateways, gateway, "servers"),
    certificates: (own: string, name: string) => secretOf(resources, kinds, own, name),
  };
  return (workload, replica) => {
    const { membership, namespace, labels } = replica;
    if (!membership.known || (membership.proxy !== "sidecar" && membership.proxy !== "gateway")) return undefined;
    const pod = { proxy: membership.proxy, namespace, labels };
    const isGateway = membership.proxy === "gateway";
    const authorization = () => authorizationOf(mesh, replica, policies);
    return {
      type: isGateway ? "router" : "sidecar",
      node: nodeOf(workload, replica),
      ...(isGateway ? {} : { inbound: inboundOf(mesh, replica, authorization()) }),
      outbound: outbound(pod),
      servers: isGateway ? serversOf(mesh, replica, pod, forGateways) : [],
      statsPrefixes: statsPrefixesOf(replica.annotations),
      accessLog: true,
    };
  };
}

function written<Part>(
  read: (namespace: string, name: string) => KubernetesObject | undefined,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  field: string,
): readonly Part[] {
  const spec = read(namespace, name)?.spec as Readonly<Record<string, readonly Part[]>> | undefined;
  return spec?.[field] ?? [];
}

function nodeOf(workload: Workload, { namespace, labels, pod, spec }: Replica): Node {
  return {
    namespace,
    pod: pod?.name ?? workload.name,
    workload: labels["service.istio.io/workload-name"] ?? workload.name,
    app: labels.app ?? "unknown",
    version: labels.version ?? "unknown",
    account: spec.serviceAccount,
    cluster: "Kubernetes",
    labels,
  };
}
