/** What a caller puts on the wire to one endpoint of a Service: mutual TLS of its proxy, or the bytes as they are. */
import type { Known } from "../answer.ts";
import type { Mesh } from "../mesh.ts";
import type { Service, ServicePort } from "../resources/core.ts";
import { modeOf, namespaceMode } from "../server/mode.ts";
import type { Replica } from "../workload.ts";
import { endpointsOf, isHeadless, type ServiceEndpoint } from "./endpoints.ts";

/** Why the bytes leave without mutual TLS. */
export type PlainReason =
  | "no-proxy"
  | "auto-mtls-off"
  | "namespace-disabled"
  | "not-believed" // the endpoint does not carry the label that tells clients to use mutual TLS
  | "port-disabled"
  | "passthrough" // the proxy does not know the destination, or not as what the application speaks
  | "headless-mixed"; // one endpoint of a headless Service is not believed, so none is

export type Sends = { readonly mtls: true } | { readonly mtls: false; readonly because: PlainReason };

/**
 * Without a proxy the bytes leave as they are. A proxy follows auto mutual TLS: it is off for a whole Service when the
 * mesh says so or the mode of its namespace is DISABLE, whatever single workloads say; otherwise each endpoint decides.
 * Istio: pilot/pkg/networking/core/cluster_tls.go buildUpstreamTLSSettings.
 */
export function sends(
  mesh: Mesh,
  callerProxy: "none" | "sidecar" | "gateway",
  service: Service,
  port: ServicePort,
  endpoint: ServiceEndpoint,
): Known<{ readonly sends: Sends }> {
  if (callerProxy === "none") return plain("no-proxy");
  if (!mesh.config.enableAutoMtls) return plain("auto-mtls-off");
  const namespace = namespaceMode(mesh, service.namespace);
  if (!namespace.known) return namespace;
  if (namespace.mode === "DISABLE") return plain("namespace-disabled");
  if (!isHeadless(service)) return toEndpoint(mesh, endpoint);
  const believed = endpointsOf(mesh, service, port).map((each) => believes(each.at?.replica));
  const unclear = believed.find((each) => !each.known);
  if (unclear !== undefined && !unclear.known) return unclear;
  if (believed.some((each) => each.known && !each.believes)) return plain("headless-mixed");
  return callerProxy === "gateway" ? toEndpoint(mesh, endpoint) : { known: true, sends: { mtls: true } };
}

/**
 * Mutual TLS to an endpoint whose pod carries the label and whose own port is not in DISABLE.
 * Istio: pilot/pkg/xds/endpoints/mtls_checker.go checkMtlsEnabled.
 */
function toEndpoint(mesh: Mesh, endpoint: ServiceEndpoint): Known<{ readonly sends: Sends }> {
  const replica = endpoint.at?.replica;
  const answer = believes(replica);
  if (!answer.known) return answer;
  if (!answer.believes || replica === undefined) return plain("not-believed");
  const mode = modeOf(mesh, replica, endpoint.port);
  if (!mode.known) return mode;
  return mode.mode === "DISABLE" ? plain("port-disabled") : { known: true, sends: { mtls: true } };
}

function believes(replica: Replica | undefined): Known<{ readonly believes: boolean }> {
  if (replica === undefined) return { known: true, believes: false };
  const { membership } = replica;
  return membership.known ? { known: true, believes: membership.clientsBelieve } : membership;
}

function plain(because: PlainReason): Known<{ readonly sends: Sends }> {
  return { known: true, sends: { mtls: false, because } };
}
