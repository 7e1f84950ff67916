/** What a sidecar accepts: the effective mode of every port, as filter chains. */
import type { Mesh } from "../../../mesh/mesh.ts";
import { hostOf } from "../../../mesh/registry/host.ts";
import { sidecarFor } from "../../../mesh/registry/sidecar-resource.ts";
import { modeOf } from "../../../mesh/server/mode.ts";
import { winner } from "../../../mesh/server/policy.ts";
import { replicaPorts } from "../../../mesh/server/ports.ts";
import { familyOfProtocol, type Family as RuleFamily } from "../../../mesh/server/protocol.ts";
import type { Replica } from "../../../mesh/workload.ts";
import type { AuthorizationRules, Family, Inbound, InboundPort, InboundTls } from "../../dataplane/config.ts";

/**
 * Ports of Services, or of the Sidecar resource where it lists any; ports that only a policy names have a chain of their own
 * that sniffs. Istio: pilot/pkg/networking/core/listener_inbound.go buildInboundListeners.
 */
export function inboundOf(mesh: Mesh, replica: Replica, authorization: readonly AuthorizationRules[]): Inbound {
  const declared = declaredPorts(mesh, replica);
  const known = new Set(declared.map(({ port }) => port));
  const named = winner(mesh, replica, "workload")?.policy.ports ?? [];
  const byPolicy = named
    .filter(({ port }) => !known.has(port))
    .map(({ port }): InboundPort => ({ port, family: "auto", tls: tlsOf(mesh, replica, port) }));
  return { ports: [...declared, ...byPolicy], passthrough: tlsOf(mesh, replica), authorization };
}

function declaredPorts(mesh: Mesh, replica: Replica): readonly InboundPort[] {
  const sidecar = sidecarFor(mesh, replica);
  if (sidecar?.hasIngress === true) {
    return sidecar.ingress.flatMap(({ port, protocol }) =>
      port === undefined
        ? []
        : [{ port, family: FAMILIES[familyOfProtocol(protocol ?? "")], tls: tlsOf(mesh, replica, port) }],
    );
  }
  return replicaPorts(mesh, replica).map(({ port, family, services: [first] }) => ({
    port,
    family: FAMILIES[family],
    tls: tlsOf(mesh, replica, port),
    ...(first === undefined ? {} : { service: hostOf(first.service), servicePort: first.port.port }),
  }));
}

const FAMILIES: Readonly<Record<RuleFamily, Family>> = { HTTP: "http", TCP: "tcp", AUTO: "auto" };

/** What the API server has taken can be read, so that the mode is always known. */
function tlsOf(mesh: Mesh, replica: Replica, port?: number): InboundTls {
  const answer = modeOf(mesh, replica, port);
  const mode = answer.known ? answer.mode : "PERMISSIVE";
  return mode === "STRICT" ? "mtls-only" : mode === "DISABLE" ? "plaintext-only" : "both";
}
