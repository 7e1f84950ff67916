/** Calls to and from pods that ztunnel captures. */
import type { Missing } from "../../answer.ts";
import type { Speaks } from "../../callers/call.ts";
import type { Sends } from "../../client/cluster.ts";
import type { Mesh } from "../../mesh.ts";
import type { ServiceEndpoint } from "../../registry/endpoints.ts";
import { attachedPolicies, deniedBy } from "../../server/ambient.ts";
import type { Replica } from "../../workload.ts";

type Ending = { readonly code: AmbientCode; readonly missing: readonly Missing[] };

export type AmbientCode =
  | "ok-mtls"
  | "ok-plaintext"
  | "ok-app-tls"
  | "app-tls-to-app"
  | "broken-policy-denied" // ztunnel denies a connection without an identity
  | "unknown";

/**
 * A proxy that goes through a cluster speaks HBONE to a captured pod, whatever a DestinationRule or a mode in DISABLE
 * says; TLS of a rule then travels inside. Everything else arrives in clear and meets ztunnel's policies.
 * Istio: pilot/pkg/networking/core/cluster_tls.go applyHBONETransportSocketMatches.
 */
export function atZtunnel(
  mesh: Mesh,
  endpoint: ServiceEndpoint,
  replica: Replica,
  sends: Sends,
  speaks: Speaks,
): Ending {
  if (tunnels(sends)) {
    return { code: sends.tls === "simple" || sends.tls === "mutual" ? "app-tls-to-app" : "ok-mtls", missing: [] };
  }
  const inClear: Ending = { code: speaks === "tls" ? "ok-app-tls" : "ok-plaintext", missing: [] };
  if (replica.annotations["ambient.istio.io/bypass-inbound-capture"] === "true") return inClear;
  const attached = attachedPolicies(mesh, replica);
  if (!attached.known) return { code: "unknown", missing: attached.missing };
  const denied = deniedBy(attached.policies, endpoint.port, "plaintext") !== undefined;
  return denied ? { code: "broken-policy-denied", missing: [] } : inClear;
}

function tunnels(sends: Sends): boolean {
  return sends.tls !== "none" || !["no-proxy", "passthrough", "ztunnel", "waypoint"].includes(sends.because);
}

/**
 * ztunnel speaks HBONE to captured pods and to sidecars that say they understand it, and plain TCP to all others.
 * Istio: pilot/pkg/serviceregistry/ambient/workloads.go, label networking.istio.io/tunnel.
 */
export function ztunnelSends(endpoint: ServiceEndpoint): Sends {
  return understandsHbone(endpoint) ? { tls: "istio-mutual", tunnelled: true } : { tls: "none", because: "ztunnel" };
}

/** Captured, or labelled as understanding it. Istio: pilot/pkg/xds/endpoints/endpoint_builder.go supportTunnel. */
export function understandsHbone({ at }: ServiceEndpoint): boolean {
  const { membership, labels } = at?.replica ?? {};
  const captured = membership?.known === true && membership.proxy === "ztunnel";
  return captured || labels?.["networking.istio.io/tunnel"] === "http";
}
