/** MTLS017: a policy without a mode, whose pods have the mode that they would have without it. */
import { gapsAt } from "../../gaps.ts";
import type { Mesh } from "../../mesh.ts";
import type { PeerAuthentication } from "../../resources/istio.ts";
import { enforcedMode } from "../../server/enforced.ts";
import { namespaceMode } from "../../server/mode.ts";
import { levelOf } from "../../server/policy.ts";
import { inboundPorts } from "../../server/ports.ts";
import { matchedWorkloads } from "../../verdict/impact.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";

export interface SetsNoMode extends Marked {
  readonly code: "MTLS017";
  readonly policy: PeerAuthentication;
}

export const setsNoMode: Check<SetsNoMode> = {
  code: "MTLS017",
  says: "A PeerAuthentication sets no mode at all, so everything stays as it is without it.",
  severity: "information",
  check: (context) =>
    policiesOf(context)
      .filter((policy) => isSilent(policy) && levelOf(context.mesh, policy) !== "ignored-root-selector")
      .filter((policy) => changesNothing(context.mesh, policy))
      .map((policy) => ({
        code: "MTLS017",
        at: { object: policy, pointer: "/spec/mtls/mode" },
        part: "entry",
        policy,
      })),
};

/** What could not be read, or will be dropped, was meant to say something. */
function isSilent(policy: PeerAuthentication): boolean {
  const modes = [policy.mode, ...policy.ports.map(({ mode }) => mode)];
  return (
    modes.every((mode) => mode === "UNSET") &&
    policy.unknownFields.length === 0 &&
    gapsAt(policy, "/spec", "/metadata").length === 0
  );
}

/** A policy without a mode can still keep another one of its level from counting, and ztunnel reads it in its own way. */
function changesNothing(mesh: Mesh, policy: PeerAuthentication): boolean {
  const matched = matchedWorkloads(mesh, policy);
  const without: Mesh = { ...mesh, policies: mesh.policies.filter((each) => each !== policy) };
  const modes = (snapshot: Mesh) =>
    JSON.stringify([
      effective(namespaceMode(snapshot, policy.namespace)),
      ...matched.flatMap((workload) => {
        const ports = [undefined, ...inboundPorts(mesh, workload).map(({ port }) => port)];
        return workload.replicas.flatMap((replica) =>
          ports.map((port) => effective(enforcedMode(snapshot, replica, port))),
        );
      }),
    ]);
  return matched.length > 0 && modes(mesh) === modes(without);
}

/** For a whole namespace, no mode and PERMISSIVE are one to its callers. */
function effective(answer: ReturnType<typeof enforcedMode> | ReturnType<typeof namespaceMode>): string {
  if (answer === undefined) return "none";
  if (!answer.known) return "unknown";
  return answer.mode === "UNSET" ? "PERMISSIVE" : answer.mode;
}
