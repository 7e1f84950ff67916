/** MTLS004: a policy with a selector in the root namespace, which Istio ignores. */
import type { PeerAuthentication } from "../../resources/istio.ts";
import { levelOf } from "../../server/policy.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";

export interface RootSelector extends Marked {
  readonly code: "MTLS004";
  readonly policy: PeerAuthentication;
}

export const rootSelector: Check<RootSelector> = {
  code: "MTLS004",
  says: "A PeerAuthentication in the root namespace has a selector, and Istio ignores it.",
  severity: "warning",
  check: (context) =>
    policiesOf(context)
      .filter((policy) => levelOf(context.mesh, policy) === "ignored-root-selector")
      .map((policy) => ({
        code: "MTLS004",
        at: { object: policy, pointer: "/spec/selector" },
        part: "key",
        policy,
      })),
};
