/** Places in the text that spoil the values around them: syntax errors and template actions. */
import type { Node, Range } from "yaml";
import type { Fault } from "../decode/fault.ts";
import type { Span } from "../problem.ts";

export interface Spot {
  readonly span: Span;
  /** Where the text before it ends, blanks and line breaks left out. */
  readonly behind: number;
  readonly fault: Fault;
}

export function spot(text: string, span: Span, fault: Fault): Spot {
  let behind = span.start;
  while (/\s/.test(text[behind - 1] ?? "")) behind--;
  return { span, behind, fault };
}

/** In the order of the text, so that the walk over a tree asks in logarithmic time, however many there are. */
export function inOrder(spots: readonly Spot[]): readonly Spot[] {
  return [...spots].sort((a, b) => a.span.start - b.span.start);
}

/** The spot that spoils a scalar. An error behind a value on its line is about that value, a comment's template is not. */
export function spotOn(spots: readonly Spot[], scalar: Node): Spot | undefined {
  const [start, valueEnd, nodeEnd] = rangeOf(scalar);
  const next = spots[firstFrom(spots, start)];
  if (!next) return undefined;
  const end = next.fault.why === "templated" ? valueEnd : Math.max(valueEnd + 1, nodeEnd);
  return next.span.start < end ? next : undefined;
}

/** The syntax error inside a map or list, or next behind it: what stands there can be an entry that was lost. */
export function errorWithin(spots: readonly Spot[], collection: Node): Spot | undefined {
  const [start, , nodeEnd] = rangeOf(collection);
  for (let index = firstFrom(spots, start); index < spots.length; index++) {
    const next = spots[index];
    if (!next || next.behind > nodeEnd) return undefined;
    if (next.fault.why === "unfinished") return next;
  }
  return undefined;
}

export function rangeOf(node: Node): Range {
  return node.range ?? [0, 0, 0];
}

function firstFrom(spots: readonly Spot[], offset: number): number {
  let low = 0;
  let high = spots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spots[middle]?.span.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
