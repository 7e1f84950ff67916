/**
 * Comments that keep a problem from being shown: `# mtls-lens-ignore MTLS012: why`, behind the line of the problem or
 * above it. Without a reason they keep nothing away.
 */
import { commentsIn } from "../../manifest/yaml/comments.ts";
import type { FileInput } from "../input.ts";
import type { Range } from "../place.ts";
import { rangeOf } from "../position.ts";
import type { ProblemView } from "../problem.ts";
import * as words from "../words/problems/suppressions.ts";
import type { TextCheck } from "./text-checks.ts";

export interface Suppression {
  readonly range: Range;
  /** The comment stands on a line of its own. */
  readonly alone: boolean;
  /** The line whose problems it is about. */
  readonly line: number;
  /** Absent where the comment names none in this form. */
  readonly code?: string;
  /** Empty where it gives none. */
  readonly reason: string;
}

export const SUPPRESSION_CHECKS = {
  incomplete: {
    code: "MTLS046",
    says: "A suppression comment names no code or no reason, so it suppresses nothing.",
    severity: "information",
  },
  unused: {
    code: "MTLS047",
    says: "A suppression comment suppresses nothing: there is no problem of its code on its line.",
    severity: "hint",
  },
} as const satisfies Readonly<Record<string, TextCheck>>;

const MARK = "mtls-lens-ignore";
const COMMENT = /^#+\s*mtls-lens-ignore\b[ \t]*(?:(MTLS\d{3})\b)?[ \t]*:?[ \t]*(.*)$/;

/** In the order of the file. */
export function suppressionsOf({ uri, text, manifest }: FileInput): readonly Suppression[] {
  const content = text(uri) ?? "";
  if (!content.includes(MARK)) return [];
  return manifest.documents.flatMap(({ span, templated }) => {
    const own = content.slice(span.start, span.end);
    if (templated || !own.includes(MARK)) return [];
    return commentsIn(own).flatMap(({ start, end }): readonly Suppression[] => {
      const match = COMMENT.exec(own.slice(start, end));
      if (match === null) return [];
      const [, code, reason = ""] = match;
      const range = rangeOf(content, { start: span.start + start, end: span.start + end });
      const alone = isBlank(own.slice(own.lastIndexOf("\n", start - 1) + 1, start));
      const line = alone ? nextLine(content, range.start.line) : range.start.line;
      return [{ range, alone, line, reason: reason.trim(), ...(code === undefined ? {} : { code }) }];
    });
  });
}

/** Comments that stand one above the other are all about the line below them. */
function nextLine(text: string, from: number): number {
  const lines = text.split(/\r\n|\n|\r/);
  const found = lines.findIndex((line, index) => index > from && !/^\s*#/.test(line));
  return found < 0 ? lines.length : found;
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}

/** Whether the comment keeps the problem away. One that begins on the comment's own line counts too. */
export function suppresses(
  { line, range, code, reason }: Suppression,
  { view }: { readonly view: ProblemView },
): boolean {
  const { start } = view.range;
  return reason !== "" && code === view.code && (start.line === line || start.line === range.start.line);
}

/** What is to be said of the comments themselves. `used` are those that keep a problem away. */
export function suppressionProblems(
  suppressions: readonly Suppression[],
  used: ReadonlySet<Suppression>,
): readonly { readonly suppression: Suppression; readonly view: ProblemView }[] {
  return suppressions
    .filter((suppression) => !used.has(suppression))
    .map((suppression) => {
      const { code, reason, range } = suppression;
      const incomplete = code === undefined || reason === "";
      const check = incomplete ? SUPPRESSION_CHECKS.incomplete : SUPPRESSION_CHECKS.unused;
      const message = incomplete ? words.incomplete(code) : words.unused(code);
      return { suppression, view: { range, severity: check.severity, code: check.code, message, related: [] } };
    });
}
