/** What is wrong with the text of a file, before any rule of Istio: the codes of the reader's problems. */
import type { ManifestProblem } from "../../manifest/problem.ts";
import type { Severity } from "../problem.ts";

export interface TextCheck {
  readonly code: string;
  /** One sentence: what a problem of this code means. */
  readonly says: string;
  readonly severity: Severity;
}

/** An error is what the API server, or kubectl before it, refuses for sure. */
export const TEXT_CHECKS: Readonly<Record<ManifestProblem["code"], TextCheck>> = {
  "gateway-indentation": {
    code: "MTLS009",
    says: "The fields of a Gateway stand at the wrong depth, so it has no name and no servers.",
    severity: "error",
  },
  syntax: {
    code: "MTLS010",
    says: "The text is not YAML from here on; what stands before is still judged.",
    severity: "error",
  },
  "duplicate-key": {
    code: "MTLS011",
    says: "A key stands twice in one mapping; one of the two values is lost.",
    severity: "warning",
  },
  "too-large": {
    code: "MTLS012",
    says: "A document is beyond the limits of this extension and was not read.",
    severity: "information",
  },
  "not-an-object": {
    code: "MTLS014",
    says: "An object has no name, so kubectl refuses it and no rule can speak of it.",
    severity: "error",
  },
};
