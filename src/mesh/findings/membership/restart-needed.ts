/** MTLS042: pods that run without a sidecar, where pods made now would get one. */
import { type Check, type Marked, type Planned, workloadsOf } from "../finding.ts";

export interface RestartNeeded extends Marked {
  readonly code: "MTLS042";
  readonly workload: Planned;
  readonly outside: number;
  readonly total: number;
}

export const restartNeeded: Check<RestartNeeded> = {
  code: "MTLS042",
  says: "Pods run outside of the mesh that would be in it after a restart.",
  severity: "information",
  check: (context) =>
    workloadsOf(context).flatMap((workload): readonly RestartNeeded[] => {
      const { afterRestart, replicas, object } = workload;
      if (!afterRestart.known || afterRestart.proxy !== "sidecar") return [];
      const outside = replicas.filter(isOutside).length;
      if (outside === 0) return [];
      const at = { object, pointer: "/metadata/name" };
      return [{ code: "MTLS042", at, part: "value", workload, outside, total: replicas.length }];
    }),
};

function isOutside({ membership }: Planned["replicas"][number]): boolean {
  return membership.known && membership.basis === "observed" && membership.proxy === "none";
}
