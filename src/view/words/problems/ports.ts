/** Sentences about ports and their modes. */
import type { PortsWithoutSelector } from "../../../mesh/findings/ports/ports-without-selector.ts";
import type { ServicePortKey } from "../../../mesh/findings/ports/service-port-key.ts";

export function portsWithoutSelector({ policy }: PortsWithoutSelector): string {
  return `The API server refuses this policy: portLevelMtls needs a selector with labels. Add spec.selector.matchLabels with labels of the pods of ${policy.namespace} that are meant.`;
}

export function servicePortKey({ port, service, target, workload }: ServicePortKey): string {
  return `${port} is the port of Service ${service.name}, not of the pods, so this entry has no effect on that port. ${workload.name} listens on ${target}.`;
}

/** Of a place that other findings name: the Service whose port was taken. */
export function serviceRelated({ service, port, target }: ServicePortKey): string {
  return `Service ${service.name} maps port ${port} to ${target}`;
}
