/**
 * Where the documents of a file begin and end. A line that starts with `---` or `...` at column 0 ends a document even
 * inside a block scalar or an open quote, so that a fault in one document never reaches the next.
 */
import type { Span } from "../problem.ts";

const MARKER = /^(?:---|\.\.\.)(?=[ \t\r]|$)/;
const MARKS: ReadonlySet<string> = new Set("-.");
const PRELUDE = /^(?:\s*(?:#.*)?|%.*)$/;

/** Spans of the documents, each with its own markers and with the `%` directives and comments that precede it. */
export function splitDocuments(text: string): readonly Span[] {
  const spans: Span[] = [];
  let start = text.startsWith("\uFEFF") ? 1 : 0;
  let hasContent = false;
  for (let at = start; at < text.length; ) {
    const lineEnd = text.indexOf("\n", at);
    const next = lineEnd < 0 ? text.length : lineEnd + 1;
    const line = () => text.slice(at, lineEnd < 0 ? text.length : lineEnd);
    // Almost no line is one: a look at its first character is enough.
    const marker = MARKS.has(text.charAt(at)) ? MARKER.exec(line())?.[0] : undefined;
    if (marker === "---" && hasContent) {
      spans.push({ start, end: at });
      start = at;
    } else if (marker === "...") {
      spans.push({ start, end: next });
      start = next;
    }
    // The marker itself counts as content: two markers in a row enclose an empty document.
    hasContent = marker === "..." ? false : hasContent || marker === "---" || !PRELUDE.test(line());
    at = next;
  }
  if (hasContent) spans.push({ start, end: text.length });
  return spans;
}
