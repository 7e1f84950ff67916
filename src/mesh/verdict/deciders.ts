/** Which policies decide on the pods of a workload. Only those of its namespace and of the whole mesh have a say. */
import type { Known, PortModeAnswer } from "../answer.ts";
import { inNamespace } from "../by-namespace.ts";
import type { Mesh } from "../mesh.ts";
import type { PeerAuthentication } from "../resources/istio.ts";
import { enforcedMode } from "../server/enforced.ts";
import { inboundPorts } from "../server/ports.ts";
import { rememberedNear } from "../snapshot/surroundings.ts";
import type { Replica, Workload } from "../workload.ts";

/** Of one pod with a proxy that enforces a mode. */
export interface Decided {
  /** The mode of ports that no port entry names. */
  readonly general: Known<PortModeAnswer>;
  /** Who decides at least one port. */
  readonly deciders: readonly PeerAuthentication[];
}

/** Pods on which nothing is enforced are left out. */
export const decidedOn = rememberedNear((mesh, workload: Workload) => ({
  value: workload.replicas.flatMap((replica) => decidedOne(mesh, workload, replica)),
  namespaces: [workload.namespace],
}));

export function deciderOf(answer: Known<PortModeAnswer> | undefined): PeerAuthentication | undefined {
  return answer?.known === true && answer.origin.from !== "istio-default" ? answer.origin.policy : undefined;
}

function decidedOne(mesh: Mesh, workload: Workload, replica: Replica): readonly Decided[] {
  const general = enforcedMode(mesh, replica);
  if (general === undefined) return [];
  const named = inNamespace(mesh.policies, workload.namespace).flatMap(({ ports }) => ports);
  const ports = new Set([...inboundPorts(mesh, workload), ...named].map(({ port }) => port));
  const answers = [general, ...[...ports].map((port) => enforcedMode(mesh, replica, port))];
  return [{ general, deciders: [...new Set(answers.flatMap((answer) => deciderOf(answer) ?? []))] }];
}
