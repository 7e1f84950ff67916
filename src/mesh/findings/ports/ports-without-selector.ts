/** MTLS005: port modes on a policy without selector labels. The API server refuses the object. */

import { gapsAt } from "../../gaps.ts";
import type { PeerAuthentication } from "../../resources/istio.ts";
import { hasSelector } from "../../server/policy.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";

export interface PortsWithoutSelector extends Marked {
  readonly code: "MTLS005";
  readonly policy: PeerAuthentication;
}

export const portsWithoutSelector: Check<PortsWithoutSelector> = {
  code: "MTLS005",
  says: "The modes of portLevelMtls stand in a PeerAuthentication without selector labels.",
  severity: "error",
  check: (context) =>
    policiesOf(context)
      .filter(
        (policy) => policy.ports.length > 0 && !hasSelector(policy) && gapsAt(policy, "/spec/selector").length === 0,
      )
      .map((policy) => ({
        code: "MTLS005",
        at: { object: policy, pointer: "/spec/portLevelMtls" },
        part: "key",
        policy,
      })),
};
