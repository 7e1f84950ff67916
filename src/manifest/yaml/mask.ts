/**
 * Hides template actions (`{{ … }}`) behind text of the same length, so that the YAML around them can be read and every
 * offset holds. A line of actions only becomes a comment, an action inside a line becomes an identifier.
 * Linear in the length of the text, whatever is in it.
 */
import type { Span } from "../problem.ts";

export interface MaskedText {
  readonly text: string;
  /** Actions that stand for a value or a part of one. */
  readonly inline: readonly Span[];
  /** Lines of actions only: they add, repeat or leave out what stands around them. */
  readonly lines: readonly Span[];
}

export function maskTemplates(text: string): MaskedText {
  const inline: Span[] = [];
  const lines: Span[] = [];
  let masked = "";
  let copied = 0;
  for (const group of actions(text)) {
    const alone = isLineEdge(text, group.start - 1, -1) && isLineEdge(text, group.end, 1);
    const hidden = text.slice(group.start, group.end);
    masked += text.slice(copied, group.start) + (alone ? hidden.replace(/[^\r\n]/g, "#") : "x".repeat(hidden.length));
    copied = group.end;
    (alone ? lines : inline).push(group);
  }
  return { text: masked + text.slice(copied), inline, lines };
}

/** Actions, those with only blanks between them on one line taken together. */
function actions(text: string): readonly Span[] {
  const found: Span[] = [];
  const commentEnd = nextFinder(text, "*/");
  for (let start = text.indexOf("{{"); start >= 0; ) {
    const end = endOfAction(text, start, commentEnd);
    const last = found.at(-1);
    if (last && /^[ \t]*$/.test(text.slice(last.end, start))) found[found.length - 1] = { start: last.start, end };
    else found.push({ start, end });
    start = text.indexOf("{{", end);
  }
  return found;
}

/**
 * Behind the closing braces; braces in strings and comments of the action do not close it. An action that is not closed
 * before the next one begins, as while it is typed, ends with its line.
 */
function endOfAction(text: string, start: number, commentEnd: (from: number) => number): number {
  const comment = /\{\{-?\s*\/\*/y;
  comment.lastIndex = start;
  const from = comment.test(text) ? commentEnd(start) : start + 2;
  const token = /\}\}|\{\{|"(?:[^"\\\n]|\\.)*"|`[^`]*`/g;
  token.lastIndex = from;
  for (let match = from < 0 ? null : token.exec(text); match; match = token.exec(text)) {
    if (match[0] === "}}") return token.lastIndex;
    if (match[0] === "{{") break;
  }
  const lineEnd = /\r?\n|$/g;
  lineEnd.lastIndex = start;
  return lineEnd.exec(text)?.index ?? text.length;
}

/** `indexOf` for places asked for in their order; what was found is not searched again. */
function nextFinder(text: string, wanted: string): (from: number) => number {
  let found = -2;
  return (from) => {
    if (found === -2 || (found >= 0 && found < from)) found = text.indexOf(wanted, from);
    return found;
  };
}

/** Whether only blanks stand between the offset and the edge of its line. */
function isLineEdge(text: string, from: number, step: 1 | -1): boolean {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at += step;
  const edge = text[at];
  return edge === undefined || edge === "\n" || edge === "\r";
}
