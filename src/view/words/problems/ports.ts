/** Sentences about ports and their modes. */
import type { ExcludedInbound } from "../../../mesh/findings/ports/excluded-inbound.ts";
import type { PortsWithoutSelector } from "../../../mesh/findings/ports/ports-without-selector.ts";
import type { ServicePortKey } from "../../../mesh/findings/ports/service-port-key.ts";
import type { TlsOnHttpPort } from "../../../mesh/findings/ports/tls-on-http-port.ts";

export function portsWithoutSelector({ policy }: PortsWithoutSelector): string {
  return `The API server refuses this policy: portLevelMtls needs a selector with labels. Add spec.selector.matchLabels with labels of the pods of ${policy.namespace} that are meant.`;
}

export function servicePortKey({ port, service, target, workload }: ServicePortKey): string {
  return `${port} is the port of Service ${service.name}, not of the pods, so this entry has no effect on that port. ${workload.name} listens on ${target}.`;
}

export function tlsOnHttpPort({ service, port, workload, because }: TlsOnHttpPort): string {
  const told = because.by === "probe" ? "its own probe asks for HTTPS" : "a caller speaks HTTPS";
  return `The sidecar of ${workload.name} refuses TLS on port ${port.port} of Service ${service.name}: the Service declares it as HTTP, and ${told}. Declare the port with appProtocol: https.`;
}

export const TLS_RELATED = { probe: "this probe asks for HTTPS", caller: "this caller speaks HTTPS" } as const;

export function excludedInbound({ workload, port }: ExcludedInbound): string {
  return `Port ${port} bypasses the sidecar of ${workload.name}. Callers with a sidecar fail there, since they speak mTLS to it; callers without one go on in plaintext, even under STRICT. Set DISABLE for the port, so that all send plaintext, or let the sidecar take it.`;
}

/** Of a place that other findings name: the Service whose port was taken. */
export function serviceRelated({ service, port, target }: ServicePortKey): string {
  return `Service ${service.name} maps port ${port} to ${target}`;
}
