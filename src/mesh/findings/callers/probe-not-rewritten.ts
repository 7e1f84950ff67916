/** MTLS026: a probe or a hook that the kubelet sends in clear, since rewriting is switched off, to a port that refuses it. */

import type { PortModeAnswer } from "../../answer.ts";
import { callIndex } from "../../callers/call-index.ts";
import { askedOf, isProbe } from "../../callers/from-probes.ts";
import { parsedBool, REWRITE_PROBES } from "../../membership/rewriting.ts";
import type { Mesh } from "../../mesh.ts";
import { type Probe, runningContainers } from "../../resources/pod.ts";
import { arrivalsOf } from "../../verdict/arrivals.ts";
import type { Arrival } from "../../verdict/verdict.ts";
import { type Check, type Marked, type Planned, workloadsOf } from "../finding.ts";

export interface ProbeNotRewritten extends Marked {
  readonly code: "MTLS026";
  readonly workload: Planned;
  readonly probe: Probe;
  readonly arrival: Arrival;
  readonly mode: PortModeAnswer;
  /** What switched rewriting off. */
  readonly by: "annotation" | "injector";
}

export const probeNotRewritten: Check<ProbeNotRewritten> = {
  code: "MTLS026",
  says: "A probe reaches a port that refuses it, since the rewriting of probes is switched off.",
  severity: "warning",
  check: (context) => workloadsOf(context).flatMap((workload) => findings(context.mesh, workload)),
};

/** With rewriting, Istio's default, the kubelet asks the agent in the pod instead, which no mode touches. */
function findings(mesh: Mesh, workload: Planned): readonly ProbeNotRewritten[] {
  const { template, object } = workload;
  const probes = runningContainers(template.spec).flatMap(askedOf);
  const by = parsedBool(template.annotations[REWRITE_PROBES]) === false ? "annotation" : "injector";
  return callIndex(mesh)
    .to(workload)
    .filter(isProbe)
    .flatMap((call) => arrivalsOf(mesh, call))
    .flatMap((arrival) => {
      const { mode } = arrival;
      if (mode === undefined || !isRefusedProbe(arrival)) return [];
      return arrival.call.evidence.flatMap(({ place }): readonly ProbeNotRewritten[] => {
        const probe = probes.find((each) => place.object === object && each.at === place.pointer);
        return probe === undefined
          ? []
          : [{ code: "MTLS026", at: place, part: "key", workload, probe, arrival, mode, by }];
      });
    });
}

/** The port refuses it, and not an AuthorizationPolicy. */
export function isRefusedProbe({ call, verdict }: Arrival): boolean {
  return isProbe(call) && verdict.outcome === "breaks" && verdict.reason !== "authorization-refused";
}
