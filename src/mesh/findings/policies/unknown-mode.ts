/** MTLS007: a mode that is none of the four. The API server refuses the object. */
import type { Gap, Pointer } from "../../resources/meta.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";

export interface UnknownMode extends Marked {
  readonly code: "MTLS007";
  readonly gap: Gap;
}

export const unknownMode: Check<UnknownMode> = {
  code: "MTLS007",
  says: "The mode is none of UNSET, DISABLE, PERMISSIVE and STRICT in exactly this spelling.",
  severity: "error",
  check: (context) =>
    policiesOf(context).flatMap((policy) =>
      policy.gaps
        .filter((gap) => gap.why === "malformed" && isMode(gap.pointer))
        .map((gap) => ({
          code: "MTLS007",
          at: { object: policy, pointer: gap.pointer },
          part: "value",
          gap,
        })),
    ),
};

function isMode(pointer: Pointer): boolean {
  return /^\/spec\/(mtls|portLevelMtls\/[^/]+)\/mode$/.test(pointer);
}
