/** MTLS021: a selector without labels, which selects the whole namespace or mesh. */
import { gapsAt } from "../../gaps.ts";
import type { PeerAuthentication } from "../../resources/istio.ts";
import { hasSelector, levelOf } from "../../server/policy.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";

export interface EmptySelector extends Marked {
  readonly code: "MTLS021";
  readonly policy: PeerAuthentication;
  readonly scope: "mesh" | "namespace";
}

export const emptySelector: Check<EmptySelector> = {
  code: "MTLS021",
  says: "The selector of a PeerAuthentication names no label, so it is for all pods of its scope.",
  severity: "warning",
  check: ({ mesh, ...context }) =>
    policiesOf({ mesh, ...context })
      .filter((policy) => policy.selector !== undefined && !hasSelector(policy) && !isToldOtherwise(policy))
      .map((policy) => ({
        code: "MTLS021",
        at: { object: policy, pointer: "/spec/selector" },
        part: "key",
        policy,
        scope: levelOf(mesh, policy) === "mesh" ? "mesh" : "namespace",
      })),
};

/** A field that is dropped, ports that need labels, and half-typed text are problems of their own. */
function isToldOtherwise(policy: PeerAuthentication): boolean {
  return (
    policy.ports.length > 0 ||
    policy.unknownFields.some(({ pointer }) => pointer.startsWith("/spec/selector")) ||
    gapsAt(policy, "/spec/selector", "/spec/portLevelMtls").length > 0
  );
}
