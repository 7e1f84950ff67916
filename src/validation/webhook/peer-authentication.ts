/** What istiod finds wrong with a PeerAuthentication. Istio: validation.go ValidatePeerAuthentication. */
import { under } from "../../mesh/resources/meta.ts";
import { type Findings, refuseIf, warnIf } from "./finding.ts";
import type { PeerAuthenticationSpec } from "./messages.ts";
import { labelFindings, NO_LABELS } from "./selector.ts";

export function peerAuthenticationFindings({ selector, portLevelMtls }: PeerAuthenticationSpec): Findings {
  const at = "/spec/portLevelMtls";
  const ports = [...(portLevelMtls?.keys() ?? [])];
  const isWide = (selector?.matchLabels?.size ?? 0) === 0;
  const wide = "mesh/namespace peer authentication cannot have port level mTLS";
  return [
    ...refuseIf(isWide && ports.length > 0, at, wide),
    ...refuseIf(portLevelMtls?.size === 0, at, "port level mTLS, if defined, must have at least one element"),
    ...ports.flatMap((port) => refuseIf(port <= 0 || port > 65535, under(at, port), "port must be in range 1..65535")),
    ...labelFindings(selector?.matchLabels, "/spec/selector/matchLabels"),
    ...warnIf(selector !== undefined && isWide, "/spec/selector", NO_LABELS),
  ];
}
