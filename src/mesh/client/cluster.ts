/** The cluster of a caller's proxy for a service, and what it sends to each endpoint. */
import { type Known, type Missing, type Place, unknown } from "../answer.ts";
import { hasLabels } from "../labels.ts";
import type { Mesh } from "../mesh.ts";
import { endpointsOf, type ServiceEndpoint } from "../registry/endpoints.ts";
import { clusterName } from "../registry/host.ts";
import type { ProxiedPod } from "../registry/scope.ts";
import type { RegistryPort, RegistryService } from "../registry/service.ts";
import type { ClientTls, Subset, TrafficPolicy } from "../resources/istio.ts";
import { modeOf, namespaceMode } from "../server/mode.ts";
import { INVALID } from "./backend-rules.ts";
import { destinationRuleFor, type MergedRule } from "./destination-rules.ts";
import { clusterPolicy, endpointTlsMode } from "./traffic-policy.ts";

export interface Cluster {
  readonly service: RegistryService;
  readonly port: RegistryPort;
  readonly subset?: Subset;
  readonly rule?: MergedRule;
  readonly endpoints: readonly ServiceEndpoint[];
}

/** Why the bytes leave without mutual TLS of a proxy. */
export type PlainReason =
  | "no-proxy"
  | "ztunnel" // ztunnel knows no mutual TLS that the endpoint understands
  | "waypoint" // nor does a waypoint
  | "passthrough" // the proxy does not know the destination, or not as what the application speaks
  | "auto-mtls-off"
  | "external"
  | "namespace-disabled"
  | "not-believed" // the endpoint does not carry the label that tells clients to use mutual TLS
  | "port-disabled"
  | "headless-mixed" // one endpoint of a headless Service is not believed, so none is
  | "rule"; // a DestinationRule says so

export type Sends =
  /** Tunnelled: through HBONE, which no mode of the server has a say in. */
  | { readonly tls: "istio-mutual"; readonly tunnelled?: true; readonly sni?: string; readonly place?: Place }
  | { readonly tls: "simple" | "mutual"; readonly sni?: string; readonly place?: Place }
  | { readonly tls: "none"; readonly because: PlainReason; readonly place?: Place };

/** Undefined where the proxy knows no such cluster: the service is not in scope, or no rule names the subset. */
export function clusterFor(
  mesh: Mesh,
  pod: ProxiedPod,
  service: RegistryService,
  port: RegistryPort,
  subsetName?: string,
): Cluster | undefined {
  const rule = destinationRuleFor(mesh, pod, service);
  const subset = rule?.subsets.find(({ name }) => name === subsetName);
  if (subsetName !== undefined && subset === undefined) return undefined;
  const cluster = {
    service,
    port,
    endpoints: endpointsOf(mesh, service, port),
    ...(subset === undefined ? {} : { subset }),
    ...(rule === undefined ? {} : { rule }),
  };
  // The labels of a subset choose among endpoints; where the application has chosen, there is nothing to choose.
  if (subset === undefined || goesToOriginalDestination(pod, cluster)) return cluster;
  return { ...cluster, endpoints: cluster.endpoints.filter(({ labels }) => hasLabels(labels, subset.labels)) };
}

/**
 * TLS of the rule where it names a mode. Otherwise none for external services, with auto mutual TLS off, or when the
 * mode of the service's namespace is DISABLE; otherwise each endpoint decides, unless the cluster goes to the address
 * that the application chose and so cannot tell endpoints apart: then mutual TLS to all.
 * Istio: pilot/pkg/networking/core/cluster_tls.go buildUpstreamTLSSettings, applyUpstreamTLSSettings.
 */
export function sendsTo(
  mesh: Mesh,
  pod: ProxiedPod,
  cluster: Cluster,
  endpoint: ServiceEndpoint,
): Known<{ readonly sends: Sends }> {
  const { rule, port, subset, service } = cluster;
  const { tls } = clusterPolicy(rule, port.port, subset);
  if (tls?.untold !== undefined) return unknown(certificatesOf(tls, tls.untold));
  if (tls?.credentialName === INVALID && pod.proxy === "gateway") {
    return unknown(certificatesOf(tls, "the gateway is told to use certificates that are nowhere"));
  }
  if (tls !== undefined) return sent(byRule(pod, cluster, tls));
  if (service.external) return plain("external");
  if (!mesh.config.enableAutoMtls) return plain("auto-mtls-off");
  const mode = serviceMode(mesh, cluster);
  if (!mode.known) return mode;
  if (mode.mode === "headless-mixed") return plain("headless-mixed");
  if (mode.mode === "DISABLE") return plain("namespace-disabled");
  if (goesToOriginalDestination(pod, cluster)) return sent({ tls: "istio-mutual", sni: ownName(cluster) });
  return atEndpoint(mesh, cluster, endpoint);
}

/** A secret of a rule without selector is never given to sidecars, so that no TLS comes of it. Istio: buildUpstreamClusterTLSContext. */
function byRule(pod: ProxiedPod, cluster: Cluster, tls: ClientTls): Sends {
  const { rule } = cluster;
  const object = tls.by ?? rule?.rules.find(({ madeFrom }) => madeFrom === undefined);
  const where = object === undefined ? {} : { place: { object, pointer: tls.at } };
  const secret =
    tls.credentialName !== undefined && tls.credentialName !== "" && !tls.credentialName.startsWith("configmap://");
  switch (tls.mode) {
    case "DISABLE":
      return { tls: "none", because: "rule", ...where };
    case "ISTIO_MUTUAL":
      return { tls: "istio-mutual", sni: tls.sni ?? ownName(cluster), ...where };
    case "SIMPLE":
    case "MUTUAL":
      if (secret && pod.proxy === "sidecar" && rule?.workloadSelector === undefined) {
        return { tls: "none", because: "rule", ...where };
      }
      return {
        tls: tls.mode === "SIMPLE" ? "simple" : "mutual",
        ...(tls.sni === undefined ? {} : { sni: tls.sni }),
        ...where,
      };
  }
}

function certificatesOf({ by, at }: ClientTls, says: string): Missing {
  return { code: "undetermined", says, ...(by === undefined ? {} : { place: { object: by, pointer: at } }) };
}

function ownName({ service, port, subset }: Cluster): string {
  return clusterName(service.host, port.port, subset?.name);
}

/**
 * The mode of the namespace, unless the endpoints are the application's choice: then one that is not believed to have a
 * sidecar turns mutual TLS off for all. The load balancer that counts is that of the rule's or the subset's top level.
 * Istio: pilot/pkg/model/push_context.go BestEffortInferServiceMTLSMode.
 */
export function serviceMode(
  mesh: Mesh,
  cluster: Cluster,
): Known<{ readonly mode: "STRICT" | "PERMISSIVE" | "DISABLE" | "UNSET" | "headless-mixed" }> {
  const { service, port, subset, rule } = cluster;
  const policy: TrafficPolicy | undefined = subset === undefined ? rule?.trafficPolicy : subset.trafficPolicy;
  if (service.resolution === "original-destination" || policy?.loadBalancer === "PASSTHROUGH") {
    const all = endpointsOf(mesh, service, port);
    const unclear = all.flatMap(missingMembership);
    if (unclear.length > 0) return unknown(...unclear);
    if (all.length === 0 || all.some(({ tlsMode }) => tlsMode === "disabled"))
      return { known: true, mode: "headless-mixed" };
  }
  return namespaceMode(mesh, service.namespace);
}

/** Gateways cannot go to the original destination. Istio: pilot/pkg/networking/core/cluster_builder.go convertResolution. */
export function goesToOriginalDestination(pod: ProxiedPod, { service, rule, subset, port }: Cluster): boolean {
  const passthrough = (loadBalancer: string | undefined) => loadBalancer === "PASSTHROUGH";
  return (
    (service.resolution === "original-destination" && pod.proxy !== "gateway") ||
    passthrough(clusterPolicy(rule, port.port, undefined).loadBalancer) ||
    passthrough(clusterPolicy(rule, port.port, subset).loadBalancer) ||
    passthrough(subset?.trafficPolicy?.loadBalancer)
  );
}

/**
 * The rule's mode for endpoints where it has one; otherwise mutual TLS to an endpoint that carries the label and whose
 * own port is not in DISABLE. Without the label nothing is encrypted, whatever the rule says of endpoints.
 * Istio: pilot/pkg/xds/endpoints/mtls_checker.go checkMtlsEnabled.
 */
function atEndpoint(mesh: Mesh, cluster: Cluster, endpoint: ServiceEndpoint): Known<{ readonly sends: Sends }> {
  const missing = missingMembership(endpoint);
  if (missing.length > 0) return unknown(...missing);
  const byRule = endpointTlsMode(cluster.rule, cluster.port.port, cluster.subset);
  if (byRule !== undefined && byRule !== "ISTIO_MUTUAL") return plain("rule");
  if (endpoint.tlsMode !== "istio") return plain("not-believed");
  const mtls = { tls: "istio-mutual", sni: ownName(cluster) } as const;
  if (byRule === "ISTIO_MUTUAL") return sent(mtls);
  const mode = modeOf(mesh, endpoint, endpoint.port);
  if (!mode.known) return mode;
  return mode.mode === "DISABLE" ? plain("port-disabled") : sent(mtls);
}

function missingMembership({ at }: ServiceEndpoint) {
  const membership = at?.replica.membership;
  return membership === undefined || membership.known ? [] : membership.missing;
}

function plain(because: PlainReason): Known<{ readonly sends: Sends }> {
  return sent({ tls: "none", because });
}

function sent(sends: Sends): Known<{ readonly sends: Sends }> {
  return { known: true, sends };
}
