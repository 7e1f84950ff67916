/** MTLS003: a policy has no effect, since another one of its level counts. */
import type { Overruled } from "../../answer.ts";
import { gapsAt } from "../../gaps.ts";
import { policyImpact } from "../../verdict/impact.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";

export interface OverruledPolicy extends Marked {
  readonly code: "MTLS003";
  readonly overruled: Overruled;
}

export const overruledPolicy: Check<OverruledPolicy> = {
  code: "MTLS003",
  says: "Two PeerAuthentications speak for the same pods at one level, and this one does not count.",
  severity: "warning",
  check: (context) =>
    policiesOf(context).flatMap((policy) => {
      // What a policy with a gap says is not known, so neither is what is lost with it.
      if (gapsAt(policy, "/spec", "/metadata").length > 0) return [];
      const { overruled } = policyImpact(context.mesh, policy);
      if (overruled === undefined || overruled.why === "narrower") return [];
      return [
        { code: "MTLS003", at: { object: policy, pointer: "/metadata/name" }, part: "value", overruled } as const,
      ];
    }),
};
