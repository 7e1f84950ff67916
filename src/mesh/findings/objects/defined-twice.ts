/** MTLS013: other files define the same object. Each file is judged with its own. */
import type { Meta } from "../../resources/meta.ts";
import type { Check, Marked } from "../finding.ts";

export interface DefinedTwice extends Marked {
  readonly code: "MTLS013";
  readonly object: Meta;
  readonly others: readonly Meta[];
}

export const definedTwice: Check<DefinedTwice> = {
  code: "MTLS013",
  says: "Several files define the same object; each is judged with its own.",
  severity: "information",
  check: ({ alternatives }) =>
    alternatives.map(({ object, others }) => ({
      code: "MTLS013",
      at: { object, pointer: "/metadata/name" },
      part: "value",
      object,
      others,
    })),
};
