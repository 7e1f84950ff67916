/**
 * Hides template actions (`{{ … }}`) behind text of the same length, so that the YAML around them can be read and every
 * offset holds. A line of actions only becomes a comment, an action inside a line becomes an identifier.
 */
import type { Span } from "../manifest.ts";

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
  for (const group of groups(text)) {
    const lineStart = text.lastIndexOf("\n", group.start - 1) + 1;
    const lineEnd = endOfLine(text, group.end);
    const alone = blank(text.slice(lineStart, group.start)) && blank(text.slice(group.end, lineEnd));
    const hidden = text.slice(group.start, group.end);
    masked += text.slice(copied, group.start) + (alone ? hidden.replace(/[^\r\n]/g, "#") : "x".repeat(hidden.length));
    copied = group.end;
    (alone ? lines : inline).push(group);
  }
  return { text: masked + text.slice(copied), inline, lines };
}

/** Actions, those with only blanks between them on one line taken together. */
function groups(text: string): readonly Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf("{{"); at >= 0; ) {
    const end = endOfAction(text, at);
    const last = found.at(-1);
    if (last && /^[ \t]*$/.test(text.slice(last.end, at))) found[found.length - 1] = { start: last.start, end };
    else found.push({ start: at, end });
    at = text.indexOf("{{", end);
  }
  return found;
}

/** Behind the closing braces; braces in strings and comments of the action do not close it. */
function endOfAction(text: string, start: number): number {
  const token = /\}\}|"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\*[\s\S]*?\*\//g;
  token.lastIndex = start + 2;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    if (match[0] === "}}") return token.lastIndex;
  }
  return endOfLine(text, start);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  if (end < 0) return text.length;
  return text[end - 1] === "\r" && end > from ? end - 1 : end;
}

function blank(text: string): boolean {
  return text.trim() === "";
}
