/**
 * MTLS013: the same object is defined more than once. Each file is judged with its own version; in one file the last
 * document stays.
 */
import type { Meta } from "../../resources/meta.ts";
import type { Check, Marked } from "../finding.ts";

export interface DefinedTwice extends Marked {
  readonly code: "MTLS013";
  readonly object: Meta;
  readonly others: readonly Meta[];
}

export const definedTwice: Check<DefinedTwice> = {
  code: "MTLS013",
  says: "The same object is defined twice; each file is judged with its own, the last in it.",
  severity: "information",
  check: ({ alternatives }) =>
    alternatives.map(({ object, others }) => ({
      code: "MTLS013",
      at: { object, pointer: "/metadata/name" },
      part: "value",
      object,
      others,
      ...(isLostPolicy(object, others) && { severity: "warning" }),
    })),
};

/** Files are alternatives often enough; of two policies in one file one does nothing, whatever was meant. */
function isLostPolicy({ kind, source }: Meta, others: readonly Meta[]): boolean {
  return kind === "PeerAuthentication" && others.some((other) => other.source.uri === source.uri);
}
