/** Every code that a problem can have: those of the rules, of the text, and of the comments that suppress others. */
import { CHECKS } from "../../mesh/findings/registry.ts";
import type { Severity } from "../problem.ts";
import { REFUSAL_CHECK } from "./refusals.ts";
import { SUPPRESSION_CHECKS } from "./suppressions.ts";
import { TEXT_CHECKS } from "./text-checks.ts";

export interface Code {
  readonly code: string;
  readonly says: string;
  readonly severity: Severity;
}

export const CODES: readonly Code[] = [
  ...CHECKS,
  ...Object.values(TEXT_CHECKS),
  ...Object.values(SUPPRESSION_CHECKS),
  REFUSAL_CHECK,
].toSorted((a, b) => (a.code < b.code ? -1 : 1));
