/** What istiod finds wrong with a Sidecar. Istio: validation.go ValidateSidecar. */
import { under } from "../../../mesh/resources/meta.ts";
import { type Findings, refused, refuseFault, warnIf } from "../finding.ts";
import type { SidecarSpec } from "../messages.ts";
import { fqdnFault, portFault, subsetNameFault, wildcardDomainFault } from "../names.ts";
import { labelFindings, NO_LABELS } from "../selector.ts";
import { connectionPoolFindings } from "../traffic/connection-pool.ts";
import { egressFindings } from "./egress.ts";
import { ingressFindings } from "./ingress.ts";

/** A wrong selector or an empty Sidecar is told alone. */
export function sidecarFindings(spec: SidecarSpec, namespace: string): Findings {
  const { workloadSelector, ingress = [], egress = [], inboundConnectionPool, outboundTrafficPolicy } = spec;
  const wrongLabels = labelFindings(workloadSelector?.labels, "/spec/workloadSelector/labels");
  if (wrongLabels.length > 0) return wrongLabels;
  const isEmpty = ingress.length + egress.length === 0 && !outboundTrafficPolicy && !inboundConnectionPool;
  if (isEmpty) return [refused("/spec", "sidecar: empty configuration provided")];
  const selectsAll = workloadSelector !== undefined && (workloadSelector.labels?.size ?? 0) === 0;
  return [
    ...warnIf(
      selectsAll,
      "/spec/workloadSelector",
      `sidecar: ${NO_LABELS}, will be applied to all services in namespace`,
    ),
    ...ingressFindings(ingress, "/spec/ingress"),
    ...connectionPoolFindings(inboundConnectionPool, "/spec/inboundConnectionPool"),
    ...egressFindings(egress, "/spec/egress", namespace),
    ...outboundFindings(outboundTrafficPolicy),
  ];
}

/**
 * An egress proxy is for traffic that may go anywhere, and has a host and a port. The number 3 is the mode of the mesh's
 * configuration that resolves names on the fly. Istio: validation.go validateSidecarOutboundTrafficPolicy.
 */
function outboundFindings(policy: SidecarSpec["outboundTrafficPolicy"]): Findings {
  const at = "/spec/outboundTrafficPolicy";
  if (policy?.mode === 3) {
    const says = "sidecar: ALLOW_ANY_DYNAMIC_DNS mode is only supported in MeshConfig, not in Sidecar resource";
    return [refused(under(at, "mode"), says)];
  }
  const proxy = policy?.egressProxy;
  if (proxy === undefined) return [];
  const proxyAt = under(at, "egressProxy");
  const anyOnly = "sidecar: egress_proxy must be set only with ALLOW_ANY outbound_traffic_policy mode";
  if (policy?.mode !== "ALLOW_ANY") return [refused(proxyAt, anyOnly)];
  const { host = "", subset = "", port } = proxy;
  const notFqdn = refuseFault(fqdnFault(host), under(proxyAt, "host"));
  if (port === undefined) return [...notFqdn, refused(proxyAt, "sidecar: egress_proxy port must be non-nil")];
  const notDomain = host === "*" ? `invalid destination host ${host}` : wildcardDomainFault(host);
  return [
    ...notFqdn,
    ...refuseFault(notDomain, under(proxyAt, "host")),
    ...refuseFault(subset === "" ? undefined : subsetNameFault(subset), under(proxyAt, "subset")),
    ...refuseFault(portFault(port.number ?? 0), under(proxyAt, "port", "number")),
  ];
}
