/** MTLS043: a pod on the network of its node, in a namespace whose pods are in the mesh. */

import { predictedMembership } from "../../membership/predicted.ts";
import type { Mesh } from "../../mesh.ts";
import { type Check, inTemplate, type Marked, type Planned, workloadsOf } from "../finding.ts";

export interface HostNetwork extends Marked {
  readonly code: "MTLS043";
  readonly workload: Planned;
}

export const hostNetwork: Check<HostNetwork> = {
  code: "MTLS043",
  says: "A pod uses the network of its node, which keeps it out of the mesh that its labels ask for.",
  severity: "information",
  check: (context) =>
    workloadsOf(context)
      .filter((workload) => workload.template.spec.hostNetwork && wouldBeIn(context.mesh, workload))
      .map((workload) => ({
        code: "MTLS043",
        at: inTemplate(workload, "spec", "hostNetwork"),
        part: "entry",
        workload,
      })),
};

/** Where the author keeps the pod out by a label too, nothing is lost. */
function wouldBeIn(mesh: Mesh, { object, template }: Planned): boolean {
  const spec = { ...template.spec, hostNetwork: false };
  const membership = predictedMembership(mesh, { object, template: { ...template, spec } });
  return membership.known && membership.proxy !== "none";
}
