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
import { outboundOf } from "./outbound/outbound.ts";
import { ruleReader, secretOf } from "./outbound/written-rule.ts";
import { statsPrefixesOf } from "./stats-prefixes.ts";

/** The API as far as a configuration reads objects as they are written. */
export interface Written {
  readonly resources: Resources;
  readonly kinds: Kinds;
}

/** Undefined for a pod without a proxy of Istio's. */
export function configFor(
  mesh: Mesh,
  workload: Workload,
  replica: Replica,
  { resources, kinds }: Written,
): ProxyConfig | undefined {
  const { membership, namespace, labels, ip } = replica;
  if (!membership.known || (membership.proxy !== "sidecar" && membership.proxy !== "gateway")) return undefined;
  const read =
    (kind: string, group: string) =>
    (own: string, name: string): KubernetesObject | undefined => {
      const found = kinds.byKind(group, kind);
      return found === undefined ? undefined : resources.find(found, { namespace: own, name });
    };
  const gateways = read("Gateway", "networking.istio.io");
  const virtualServices = read("VirtualService", "networking.istio.io");
  const pod = { proxy: membership.proxy, namespace, labels, ...(ip === undefined ? {} : { ip }) };
  const routes = (virtualService: VirtualService) => written<WrittenRoute>(virtualServices, virtualService, "http");
  const isGateway = membership.proxy === "gateway";
  const authorization = authorizationOf(mesh, replica, read("AuthorizationPolicy", "security.istio.io"));
  return {
    type: isGateway ? "router" : "sidecar",
    node: nodeOf(workload, replica),
    ...(isGateway ? {} : { inbound: inboundOf(mesh, replica, authorization) }),
    outbound: outboundOf(mesh, pod, ruleReader(resources, kinds), routes),
    servers: isGateway
      ? serversOf(mesh, replica, pod, {
          routes,
          servers: (gateway: Gateway) => written<WrittenServer>(gateways, gateway, "servers"),
          certificates: (own, name) => secretOf(resources, kinds, own, name),
        })
      : [],
    statsPrefixes: statsPrefixesOf(replica.annotations),
    accessLog: true,
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
