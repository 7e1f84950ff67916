/** A finding as the Problems panel shows it. */
import type { Location, Range, TextEdit } from "./place.ts";

export type Severity = "error" | "warning" | "information" | "hint";

export interface ProblemView {
  readonly range: Range;
  readonly severity: Severity;
  /** Stable, `MTLS001`. Its page is media/findings/<code>.md. */
  readonly code: string;
  readonly message: string;
  readonly related: readonly { readonly location: Location; readonly message: string }[];
}

export interface FixView {
  readonly title: string;
  /** Code and range of the problem that the fix answers. */
  readonly code: string;
  readonly range: Range;
  readonly preferred: boolean;
  readonly edits: readonly { readonly uri: string; readonly edits: readonly TextEdit[] }[];
}
