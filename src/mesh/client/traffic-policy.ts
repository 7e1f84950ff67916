/** Which TLS settings of a rule count for a port and a subset: once for the cluster, once for its endpoints. */
import type { ClientTls, ClientTlsMode, Subset, TrafficPolicy } from "../resources/istio.ts";
import type { MergedRule } from "./destination-rules.ts";

/** What decides about TLS at one port. */
interface PortPolicy {
  readonly tls?: ClientTls;
  readonly loadBalancer?: string;
  readonly hasLoadBalancer: boolean;
}

/**
 * An entry for the port replaces the rule's top level wholly, even where it says nothing of TLS. A subset's top level
 * overlays what it says; its own entry for the port replaces again.
 * Istio: pilot/pkg/networking/util/util.go MergeSubsetTrafficPolicy.
 */
export function clusterPolicy(rule: MergedRule | undefined, port: number, subset: Subset | undefined): PortPolicy {
  const general = atPort(rule?.trafficPolicy, port);
  const own = subset?.trafficPolicy;
  if (own === undefined) return general ?? { hasLoadBalancer: false };
  const special = atPort(own, port) ?? { hasLoadBalancer: false };
  const isPortEntry = own.ports.some((entry) => entry.port === port);
  if (general === undefined || isPortEntry) return special;
  const tls = special.tls ?? general.tls;
  const balancing = special.hasLoadBalancer ? special : general;
  return {
    hasLoadBalancer: balancing.hasLoadBalancer,
    ...(balancing.loadBalancer === undefined ? {} : { loadBalancer: balancing.loadBalancer }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function atPort(policy: TrafficPolicy | undefined, port: number): PortPolicy | undefined {
  return policy?.ports.find((entry) => entry.port === port) ?? policy;
}

/**
 * For endpoints an entry for the port counts only where it says TLS; the subset first, then the rule.
 * Istio: pilot/pkg/xds/endpoints/mtls_checker.go tlsModeForDestinationRule.
 */
export function endpointTlsMode(
  rule: MergedRule | undefined,
  port: number,
  subset: Subset | undefined,
): ClientTlsMode | undefined {
  return modeAtPort(subset?.trafficPolicy, port) ?? modeAtPort(rule?.trafficPolicy, port);
}

function modeAtPort(policy: TrafficPolicy | undefined, port: number): ClientTlsMode | undefined {
  const entry = policy?.ports.find((each) => each.port === port && each.tls !== undefined);
  return (entry?.tls ?? policy?.tls)?.mode;
}
