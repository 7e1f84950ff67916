/** MTLS020: a policy that selects gateways only. Their listeners come from Gateway objects. */
import type { PeerAuthentication } from "../../resources/istio.ts";
import { levelOf } from "../../server/policy.ts";
import { matchedWorkloads } from "../../verdict/impact.ts";
import { isGateway, type Workload } from "../../workload.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";

export interface ForGateways extends Marked {
  readonly code: "MTLS020";
  readonly policy: PeerAuthentication;
  readonly workloads: readonly Workload[];
}

export const forGateways: Check<ForGateways> = {
  code: "MTLS020",
  says: "A PeerAuthentication selects gateways only, and Istio applies none to a gateway.",
  severity: "warning",
  check: (context) =>
    policiesOf(context)
      .filter((policy) => levelOf(context.mesh, policy) === "workload")
      .flatMap((policy): readonly ForGateways[] => {
        const workloads = matchedWorkloads(context.mesh, policy);
        if (workloads.length === 0 || !workloads.every(isGateway)) return [];
        return [{ code: "MTLS020", at: { object: policy, pointer: "/spec/selector" }, part: "key", policy, workloads }];
      }),
};
