/** The effective mode of a port of a pod, who decides it, and what every level says. */
import { type Known, type Missing, type Overruled, type PortModeAnswer, unknown } from "../answer.ts";
import { gapsAt, missingFrom } from "../gaps.ts";
import type { Mesh } from "../mesh.ts";
import type { EffectiveMode, MtlsMode, PeerAuthentication, PortMode } from "../resources/istio.ts";
import { under } from "../resources/meta.ts";
import { type Subject, uncertainPolicies, type Winner, winner } from "./policy.ts";

/** What one level says of a port. `mode` is absent where the level is silent. */
export interface ModeLevel {
  readonly level: "mesh" | "namespace" | "workload" | "port";
  readonly policy?: PeerAuthentication;
  readonly mode?: MtlsMode;
  readonly decides: boolean;
  readonly overruled: readonly Overruled[];
}

interface Winners {
  readonly mesh: Winner | undefined;
  readonly namespace: Winner | undefined;
  readonly workload: Winner | undefined;
}

/**
 * PERMISSIVE where no policy speaks. The mesh's mode is overruled by the namespace's, that by the workload's; UNSET or
 * no mode inherits. A port entry of the workload's policy overrules all of them for its port, and UNSET there inherits
 * the workload's effective mode. `port` is the port in the pod; without it, the mode of all ports that no entry names.
 * Istio: pilot/pkg/security/authn/policy_applier.go ComposePeerAuthentication, GetMutualTLSModeForPort.
 */
export function modeOf(mesh: Mesh, subject: Subject, port?: number): Known<PortModeAnswer> {
  const winners = winnersFor(mesh, subject);
  const missing = missingForMode(mesh, subject, winners, port);
  if (missing.length > 0) return unknown(...missing);
  const entry = portEntry(winners.workload?.policy, port);
  if (entry !== undefined && entry.mode !== "UNSET" && winners.workload !== undefined) {
    return {
      known: true,
      mode: entry.mode,
      origin: { from: "port", policy: winners.workload.policy, port: entry.port },
    };
  }
  for (const from of ["workload", "namespace", "mesh"] as const) {
    const policy = winners[from]?.policy;
    if (policy !== undefined && policy.mode !== "UNSET") {
      return { known: true, mode: policy.mode, origin: { from, policy } };
    }
  }
  return { known: true, mode: "PERMISSIVE", origin: { from: "istio-default" } };
}

/** The four levels from widest to narrowest. Exactly one decides, or none where Istio's default stands. */
export function modeChain(mesh: Mesh, subject: Subject, port?: number): readonly ModeLevel[] {
  const winners = winnersFor(mesh, subject);
  const answer = modeOf(mesh, subject, port);
  const decider = answer.known ? answer.origin.from : undefined;
  const levels = (["mesh", "namespace", "workload"] as const).map((level): ModeLevel => {
    const won = winners[level];
    if (won === undefined) return { level, decides: false, overruled: [] };
    return { level, policy: won.policy, mode: won.policy.mode, decides: decider === level, overruled: won.overruled };
  });
  const entry = portEntry(winners.workload?.policy, port);
  const portLevel: ModeLevel =
    entry === undefined || winners.workload === undefined
      ? { level: "port", decides: false, overruled: [] }
      : {
          level: "port",
          policy: winners.workload.policy,
          mode: entry.mode,
          decides: decider === "port",
          overruled: [],
        };
  return [...levels, portLevel];
}

/**
 * What clients take for the mode of a whole namespace: workload policies do not count, and without any policy it is
 * unset. Istio: pilot/pkg/model/authentication.go GetNamespaceMutualTLSMode.
 */
export function namespaceMode(mesh: Mesh, namespace: string): Known<{ readonly mode: EffectiveMode | "UNSET" }> {
  const subject: Subject = { namespace, labels: {} };
  const winners = winnersFor(mesh, subject);
  const missing = missingForMode(mesh, subject, { ...winners, workload: undefined }, undefined);
  if (missing.length > 0) return unknown(...missing);
  for (const level of ["namespace", "mesh"] as const) {
    const mode = winners[level]?.policy.mode;
    if (mode !== undefined && mode !== "UNSET") return { known: true, mode };
  }
  return { known: true, mode: winners.mesh === undefined ? "UNSET" : "PERMISSIVE" };
}

function winnersFor(mesh: Mesh, subject: Subject): Winners {
  const inRoot = subject.namespace === mesh.config.rootNamespace;
  return {
    mesh: winner(mesh, subject, "mesh"),
    namespace: inRoot ? undefined : winner(mesh, subject, "namespace"),
    workload: inRoot ? undefined : winner(mesh, subject, "workload"),
  };
}

function portEntry(policy: PeerAuthentication | undefined, port: number | undefined): PortMode | undefined {
  return port === undefined ? undefined : policy?.ports.find((entry) => entry.port === port);
}

/** A policy of unclear reach, or an unreadable mode where the composition would read one, leaves the mode unknown. */
function missingForMode(mesh: Mesh, subject: Subject, winners: Winners, port: number | undefined): readonly Missing[] {
  const reach = uncertainPolicies(mesh, subject).flatMap((policy) =>
    missingFrom(policy, gapsAt(policy, "/spec/selector", "/metadata/labels", "/metadata/namespace")),
  );
  const modes = [winners.mesh, winners.namespace, winners.workload].flatMap((won) =>
    won === undefined ? [] : missingFrom(won.policy, gapsAt(won.policy, "/spec/mtls")),
  );
  const workload = winners.workload?.policy;
  const entryPointer = port === undefined ? "/spec/portLevelMtls" : under("/spec/portLevelMtls", port);
  const ports = workload === undefined ? [] : missingFrom(workload, gapsAt(workload, entryPointer));
  return [...reach, ...modes, ...ports];
}
