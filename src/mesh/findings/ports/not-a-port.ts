/** MTLS015: a key of portLevelMtls that is no port number. The API server refuses the object. */
import type { Gap } from "../../resources/meta.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";

export interface NotAPort extends Marked {
  readonly code: "MTLS015";
  readonly gap: Gap;
}

export const notAPort: Check<NotAPort> = {
  code: "MTLS015",
  says: "A key of portLevelMtls is not a port number from 1 to 65535.",
  severity: "error",
  check: (context) =>
    policiesOf(context).flatMap((policy) =>
      policy.gaps
        .filter(({ why, pointer }) => why === "malformed" && /^\/spec\/portLevelMtls\/[^/]+$/.test(pointer))
        .map((gap) => ({ code: "MTLS015", at: { object: policy, pointer: gap.pointer }, part: "key", gap })),
    ),
};
