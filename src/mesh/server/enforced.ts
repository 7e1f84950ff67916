/** The mode that is really enforced at a pod: by its sidecar, or by ztunnel. */
import type { Known, PortModeAnswer } from "../answer.ts";
import type { Mesh } from "../mesh.ts";
import type { Replica } from "../workload.ts";
import { attachedPolicies, deniedBy } from "./ambient.ts";
import { modeOf } from "./mode.ts";

/** A port that no policy of a person names. */
const ANY_PORT = 0;

/** A sidecar or ztunnel enforces a mode; a gateway takes its listeners from Gateways, and without a proxy nobody does. */
export function isEnforcing({ membership }: Replica): boolean {
  return membership.known && (membership.proxy === "sidecar" || membership.proxy === "ztunnel");
}

/**
 * Undefined where nothing enforces a mode: pods without a proxy, and gateways, whose listeners come from Gateways.
 * ztunnel either denies plaintext or takes both, so that DISABLE is PERMISSIVE there.
 * Istio: pilot/pkg/serviceregistry/ambient/authorization.go convertPeerAuthentication.
 */
export function enforcedMode(mesh: Mesh, replica: Replica, port?: number): Known<PortModeAnswer> | undefined {
  const { membership } = replica;
  if (!membership.known || !isEnforcing(replica)) return undefined;
  const answer = modeOf(mesh, replica, port);
  if (membership.proxy === "sidecar" || !answer.known) return answer;
  const attached = attachedPolicies(mesh, replica);
  if (!attached.known) return attached;
  const denied = deniedBy(attached.policies, port ?? ANY_PORT, "plaintext") !== undefined;
  return { ...answer, mode: denied ? "STRICT" : "PERMISSIVE" };
}
