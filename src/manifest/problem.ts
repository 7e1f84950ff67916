/** What is wrong with a text, and where: offsets, spans, and what to do. */
/** UTF-16 offsets into the text of the file; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where a field stands. `key` is absent for list items and for the root. */
export interface FieldSpans {
  readonly key?: Span;
  readonly value: Span;
}

export interface ManifestProblem {
  readonly code: "syntax" | "duplicate-key" | "too-large" | "not-an-object" | "gateway-indentation";
  readonly span: Span;
  /** What is wrong and what to do, one sentence each. */
  readonly says: string;
  /** A replacement of the span's text that repairs it, when there is exactly one. */
  readonly repair?: { readonly title: string; readonly newText: string };
}
