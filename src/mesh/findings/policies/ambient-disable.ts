/** MTLS019: DISABLE for pods that ztunnel captures, where it means PERMISSIVE. */
import type { Mesh } from "../../mesh.ts";
import type { PeerAuthentication } from "../../resources/istio.ts";
import { under } from "../../resources/meta.ts";
import { modeOf } from "../../server/mode.ts";
import { matchedWorkloads } from "../../verdict/impact.ts";
import { hasProxy, type Replica, type Workload } from "../../workload.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";

export interface AmbientDisable extends Marked {
  readonly code: "MTLS019";
  readonly workloads: readonly Workload[];
}

export const ambientDisable: Check<AmbientDisable> = {
  code: "MTLS019",
  says: "DISABLE is set for pods in ambient mode, where it means PERMISSIVE.",
  severity: "information",
  check: ({ mesh, ...context }) => policiesOf({ mesh, ...context }).flatMap((policy) => findings(mesh, policy)),
};

/** The mode of the whole policy, and each entry for a port. */
function findings(mesh: Mesh, policy: PeerAuthentication): readonly AmbientDisable[] {
  const places = [
    ...(policy.mode === "DISABLE" ? [{ pointer: "/spec/mtls/mode", port: undefined }] : []),
    ...policy.ports
      .filter(({ mode }) => mode === "DISABLE")
      .map(({ at, port }) => ({ pointer: under(at, "mode"), port })),
  ];
  return places.flatMap(({ pointer, port }): readonly AmbientDisable[] => {
    const workloads = matchedWorkloads(mesh, policy).filter(({ replicas }) =>
      replicas.some((replica) => isAmbient(replica) && decides(mesh, policy, replica, port)),
    );
    return workloads.length === 0
      ? []
      : [{ code: "MTLS019", at: { object: policy, pointer }, part: "value", workloads }];
  });
}

function isAmbient(replica: Replica): boolean {
  return hasProxy(replica, "ztunnel");
}

function decides(mesh: Mesh, policy: PeerAuthentication, replica: Replica, port: number | undefined): boolean {
  const answer = modeOf(mesh, replica, port);
  return answer.known && answer.origin.from !== "istio-default" && answer.origin.policy === policy;
}
