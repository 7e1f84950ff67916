/** MTLS039: an annotation asks for a sidecar, which only a label can. */
import { type Check, inTemplate, type Marked, type Planned, workloadsOf } from "../finding.ts";

export interface CannotTrigger extends Marked {
  readonly code: "MTLS039";
  readonly workload: Planned;
}

export const INJECT = "sidecar.istio.io/inject";

export const cannotTrigger: Check<CannotTrigger> = {
  code: "MTLS039",
  says: "The annotation sidecar.istio.io/inject asks for a sidecar, and the injector is not called for annotations.",
  severity: "warning",
  check: (context) =>
    workloadsOf(context)
      .filter(({ template, afterRestart }) => {
        const asked = template.annotations[INJECT] === "true" && !Object.hasOwn(template.labels, INJECT);
        return asked && afterRestart.known && afterRestart.reason.code === "no-webhook-matches";
      })
      .map((workload) => ({
        code: "MTLS039",
        at: inTemplate(workload, "metadata", "annotations", INJECT),
        part: "entry",
        workload,
      })),
};
