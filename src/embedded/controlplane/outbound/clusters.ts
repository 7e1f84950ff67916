/** The clusters of a proxy: for every port of every service that it knows, and for every subset, how it is dialled. */
import {
  clusterFor,
  goesToOriginalDestination,
  type Cluster as KnownCluster,
  sendsTo,
} from "../../../mesh/client/cluster.ts";
import { destinationRuleFor } from "../../../mesh/client/destination-rules.ts";
import { clusterPolicy } from "../../../mesh/client/traffic-policy.ts";
import type { Mesh } from "../../../mesh/mesh.ts";
import type { ServiceEndpoint } from "../../../mesh/registry/endpoints.ts";
import { clusterName as serverName } from "../../../mesh/registry/host.ts";
import type { ProxiedPod, Scope } from "../../../mesh/registry/scope.ts";
import type { RegistryPort, RegistryService } from "../../../mesh/registry/service.ts";
import type { Cluster, ClusterTls, Endpoint } from "../../dataplane/config.ts";
import type { RuleReader } from "./written-rule.ts";

/** Of bytes; for requests the filter istio.alpn says what is inside. Istio: pilot/pkg/networking/util/util.go ALPNInMeshWithMxc. */
const ALPN = ["istio-peer-exchange", "istio"];

/** Istio: pilot/pkg/model/push_context.go BuildSubsetKey. */
export function clusterName(host: string, port: number, subset = ""): string {
  return `outbound|${port}|${subset}|${host}`;
}

export function clustersOf(
  mesh: Mesh,
  pod: ProxiedPod,
  scope: Scope,
  rules: RuleReader,
): Readonly<Record<string, Cluster>> {
  const clusters = [...scope.services.values()]
    .filter(({ resolution }) => resolution !== "alias")
    .flatMap((service) => {
      const subsets = destinationRuleFor(mesh, pod, service)?.subsets.map(({ name }) => name) ?? [];
      return service.ports.flatMap((port) =>
        [undefined, ...subsets].flatMap((subset) => clusterOf(mesh, pod, service, port, subset, rules) ?? []),
      );
    });
  return Object.fromEntries(clusters.map((cluster) => [cluster.name, cluster]));
}

function clusterOf(
  mesh: Mesh,
  pod: ProxiedPod,
  service: RegistryService,
  port: RegistryPort,
  subset: string | undefined,
  rules: RuleReader,
): Cluster | undefined {
  const known = clusterFor(mesh, pod, service, port, subset);
  if (known === undefined) return undefined;
  const connectTimeout = rules.connectTimeout(known);
  return {
    name: clusterName(service.host, port.port, subset),
    host: service.host,
    port: port.port,
    discovery: goesToOriginalDestination(pod, known) ? "original-dst" : service.resolution === "dns" ? "dns" : "eds",
    endpoints: known.endpoints.flatMap((endpoint) => endpointOf(mesh, pod, known, endpoint) ?? []),
    tls: tlsOf(mesh, pod, known, rules),
    ...(connectTimeout === undefined ? {} : { connectTimeout }),
  };
}

function endpointOf(
  mesh: Mesh,
  pod: ProxiedPod,
  cluster: KnownCluster,
  endpoint: ServiceEndpoint,
): Endpoint | undefined {
  const { ip, port, at } = endpoint;
  if (ip === undefined) return undefined;
  const sent = sendsTo(mesh, pod, cluster, endpoint);
  const isMutual = sent.known && sent.sends.tls === "istio-mutual";
  const { labels = {}, namespace = "", spec } = at?.replica ?? {};
  const app = labels.app ?? "unknown";
  return {
    ip,
    port,
    ...(isMutual ? { tlsMode: "istio" } : {}),
    ...(at === undefined
      ? {}
      : {
          workload: {
            namespace,
            name: at.workload.name,
            account: spec?.serviceAccount ?? "default",
            app,
            version: labels.version ?? "unknown",
          },
        }),
  };
}

/**
 * What holds for the whole cluster. Where a rule says nothing each endpoint decides, unless the proxy dials the address that
 * the application chose: then all of them are treated alike.
 */
function tlsOf(mesh: Mesh, pod: ProxiedPod, cluster: KnownCluster, rules: RuleReader): ClusterTls {
  const { service, port, subset, rule } = cluster;
  const asked = clusterPolicy(rule, port.port, subset).tls?.mode;
  const [any] = cluster.endpoints;
  const sent = any === undefined ? undefined : sendsTo(mesh, pod, cluster, any);
  const sends = sent?.known === true ? sent.sends.tls : "none";
  const sni = serverName(service.host, port.port, subset?.name);
  const mesher = { sni, alpn: ALPN };
  if (asked === "ISTIO_MUTUAL") return { mode: "istio-mutual", ...mesher, ...rules.sni(cluster) };
  if (asked === "SIMPLE" || asked === "MUTUAL") return sends === "none" ? { mode: "none" } : rules.tls(cluster, pod);
  if (asked === "DISABLE") return { mode: "none" };
  if (goesToOriginalDestination(pod, cluster)) {
    return sends === "istio-mutual" ? { mode: "istio-mutual", ...mesher } : { mode: "none" };
  }
  return { mode: "auto", ...mesher };
}
