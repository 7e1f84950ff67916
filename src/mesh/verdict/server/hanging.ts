/** Calls that hang: the server is to speak first, and a sidecar waits for the caller. */
import type { CallingPod } from "../../client/departure.ts";
import { capturesInbound } from "../../membership/capture.ts";
import type { Mesh } from "../../mesh.ts";
import type { ServicePort } from "../../resources/core.ts";
import { modeOf } from "../../server/mode.ts";
import { portFamily } from "../../server/ports.ts";
import { familyOf } from "../../server/protocol.ts";
import { speaksFirst, waitsForClient } from "../../server/server-first.ts";
import type { Replica } from "../../workload.ts";
import type { Outcome } from "../outcome.ts";
import type { Verdict } from "../verdict.ts";

export const HANGS: Verdict = { outcome: "breaks", reason: "server-speaks-first" };

/**
 * Of a call that is neither HTTP nor TLS: the caller's sidecar waits at ports that do not say their protocol, the
 * server's where it inspects plaintext.
 */
export function hangs(
  mesh: Mesh,
  pod: CallingPod,
  called: ServicePort | undefined,
  { endpoint, code, sends }: Outcome,
): boolean {
  if (endpoint?.at === undefined || sends === undefined || mesh.config.detectionEnds) return false;
  const { replica } = endpoint.at;
  if (!speaksFirst(mesh, replica, endpoint.port, called)) return false;
  const isKnown = sends.tls !== "none" || sends.because !== "passthrough";
  if (pod.proxy === "sidecar" && isKnown && called !== undefined && familyOf(called) === "AUTO") return true;
  return code === "ok-plaintext" && isInspected(mesh, replica, endpoint.port);
}

function isInspected(mesh: Mesh, replica: Replica, port: number): boolean {
  const { membership, annotations } = replica;
  if (!membership.known || membership.proxy !== "sidecar" || !capturesInbound(annotations, port)) return false;
  const mode = modeOf(mesh, replica, port);
  return mode.known && waitsForClient(mode.mode, portFamily(mesh, replica, port));
}
