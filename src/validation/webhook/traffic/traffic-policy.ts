/** What istiod finds wrong with a traffic policy. Istio: validation.go validateTrafficPolicy. */
import { type Pointer, under } from "../../../mesh/resources/meta.ts";
import { ipFault } from "../address.ts";
import { type Findings, refused, refuseIf, withoutWarnings } from "../finding.ts";
import type { PortPolicy, TrafficPolicy, Tunnel } from "../messages.ts";
import { fqdnFault, portFault } from "../names.ts";
import { clientTlsFindings } from "./client-tls.ts";
import { connectionPoolFindings } from "./connection-pool.ts";
import { loadBalancerFindings } from "./load-balancer.ts";
import { outlierFindings } from "./outlier-detection.ts";

/** A policy says something, and does not tunnel with the PROXY protocol. `namespace` is the rule's. */
export function trafficPolicyFindings(policy: TrafficPolicy | undefined, at: Pointer, namespace: string): Findings {
  if (policy === undefined) return [];
  if (Object.keys(policy).length === 0) return [refused(at, "traffic policy must have at least one field")];
  const { tunnel, proxyProtocol, portLevelSettings = [] } = policy;
  if (tunnel !== undefined && proxyProtocol !== undefined) {
    return [refused(under(at, "proxyProtocol"), "tunnel and proxyProtocol must not be set together")];
  }
  const version = proxyProtocol?.version;
  const versionAt = under(at, "proxyProtocol", "version");
  return [
    ...settingFindings(policy, at, namespace),
    ...portLevelSettings.flatMap((port, index) =>
      portPolicyFindings(port, under(at, "portLevelSettings", index), namespace),
    ),
    ...(tunnel === undefined ? [] : tunnelFindings(tunnel, under(at, "tunnel"))),
    ...refuseIf(typeof version === "number", versionAt, `proxy protocol version is invalid: ${version}`),
  ];
}

/** A policy of a port names its port and says something. Istio: validation.go validatePortTrafficPolicies. */
function portPolicyFindings(policy: PortPolicy, at: Pointer, namespace: string): Findings {
  const { port, ...settings } = policy;
  const isEmpty = Object.keys(settings).length === 0;
  return [
    ...refuseIf(port === undefined, at, "portTrafficPolicy must have valid port"),
    ...refuseIf(isEmpty, at, "port traffic policy must have at least one field"),
    ...withoutWarnings(settingFindings(policy, at, namespace)),
  ];
}

function settingFindings(policy: PortPolicy, at: Pointer, namespace: string): Findings {
  const { outlierDetection, connectionPool, loadBalancer, tls } = policy;
  return [
    ...outlierFindings(outlierDetection, under(at, "outlierDetection")),
    ...connectionPoolFindings(connectionPool, under(at, "connectionPool")),
    ...loadBalancerFindings(loadBalancer, under(at, "loadBalancer"), outlierDetection !== undefined),
    ...clientTlsFindings(tls, under(at, "tls"), namespace),
  ];
}

/** Istio: validation.go validateTunnelSettings. */
function tunnelFindings({ protocol = "", targetHost = "", targetPort = 0 }: Tunnel, at: Pointer): Findings {
  const notFqdn = fqdnFault(targetHost);
  const notIp = ipFault(targetHost);
  const hostWrong = notFqdn !== undefined && notIp !== undefined;
  const host = `tunnel target host must be valid FQDN or IP address: ${notFqdn}; ${notIp}`;
  const port = portFault(targetPort);
  return [
    ...refuseIf(
      !["", "CONNECT", "POST"].includes(protocol),
      under(at, "protocol"),
      'tunnel protocol must be "CONNECT" or "POST"',
    ),
    ...refuseIf(hostWrong, under(at, "targetHost"), host),
    ...refuseIf(port !== undefined, under(at, "targetPort"), `tunnel target port is invalid: ${port}`),
  ];
}
