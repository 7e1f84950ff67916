/** Offsets of a text as the positions that an editor counts in. */
import { type LineIndex, lineIndex } from "../manifest/line-index.ts";
import type { Span } from "../manifest/problem.ts";
import type { Position, Range } from "./place.ts";

export function positionAt(text: string, offset: number): Position {
  return linesOf(text).position(offset);
}

/** The span without what follows its first line: enough to underline of something long. */
export function firstLine(text: string, { start, end }: Span): Span {
  const lineEnd = text.slice(start, end).search(/[\r\n]/);
  return { start, end: lineEnd < 0 ? end : start + lineEnd };
}

/** A view asks for many positions of few texts; splitting a long one each time would cost more than all rules. */
const RECENT = 16;
const recent = new Map<string, LineIndex>();

function linesOf(text: string): LineIndex {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const lines = lineIndex(text);
  const [oldest] = recent.keys();
  if (recent.size >= RECENT && oldest !== undefined) recent.delete(oldest);
  recent.set(text, lines);
  return lines;
}

export function rangeOf(text: string, span: Span): Range {
  return { start: positionAt(text, span.start), end: positionAt(text, span.end) };
}

export function contains(range: Range, position: Position): boolean {
  return !isBefore(position, range.start) && !isBefore(range.end, position);
}

export function overlaps(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
