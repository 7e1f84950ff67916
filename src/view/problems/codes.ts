/** Every code that a problem can have: those of the rules and those of the text. */
import { CHECKS } from "../../mesh/findings/registry.ts";
import type { Severity } from "../problem.ts";
import { TEXT_CHECKS } from "./text-checks.ts";

export interface Code {
  readonly code: string;
  readonly says: string;
  readonly severity: Severity;
}

export const CODES: readonly Code[] = [...CHECKS, ...Object.values(TEXT_CHECKS)].toSorted((a, b) =>
  a.code < b.code ? -1 : 1,
);
