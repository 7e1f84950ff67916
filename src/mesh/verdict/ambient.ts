/** Calls to and from pods that ztunnel captures. */
import type { Missing } from "../answer.ts";
import type { Speaks } from "../callers/call.ts";
import type { Sends } from "../client/cluster.ts";
import type { Mesh } from "../mesh.ts";
import type { ServiceEndpoint } from "../registry/endpoints.ts";
import type { Service } from "../resources/core.ts";
import { attachedPolicies, deniedBy } from "../server/ambient.ts";
import type { Replica } from "../workload.ts";

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
  return sends.tls !== "none" || !["no-proxy", "passthrough", "ztunnel"].includes(sends.because);
}

/**
 * ztunnel speaks HBONE to captured pods and to sidecars that say they understand it, and plain TCP to all others.
 * Istio: pilot/pkg/serviceregistry/ambient/workloads.go, label networking.istio.io/tunnel.
 */
export function ztunnelSends(endpoint: ServiceEndpoint): Sends {
  const { membership, labels } = endpoint.at?.replica ?? {};
  const captured = membership?.known === true && membership.proxy === "ztunnel";
  const understands = labels?.["networking.istio.io/tunnel"] === "http";
  return captured || understands ? { tls: "istio-mutual" } : { tls: "none", because: "ztunnel" };
}

const USE_WAYPOINT = "istio.io/use-waypoint";

/** A waypoint stands between ztunnel and the Service: what it does depends on routes that are not evaluated yet. */
export function waypointOf(mesh: Mesh, service: Service): Missing | undefined {
  const name = service.labels[USE_WAYPOINT] ?? mesh.namespaces.get(service.namespace)?.labels[USE_WAYPOINT];
  if (name === undefined || name === "none") return undefined;
  return {
    code: "kind-not-evaluated",
    says: `waypoint ${name} of Service ${service.namespace}/${service.name} is not evaluated yet`,
    place: { object: service, pointer: "" },
  };
}
