/** Syntax errors in plain words: what is wrong with the line, and what to do. The library's words are not shown. */
import type { ErrorCode, YAMLError } from "yaml";
import type { Span } from "../problem.ts";
import { errorScalar } from "./locate.ts";
import type { Tree } from "./tree.ts";

export interface SyntaxFault {
  readonly span: Span;
  readonly says: string;
}

/** The first error only: those that follow are its echoes. */
export function syntaxFault(tree: Tree): SyntaxFault | undefined {
  const error = tree.errors.reduce<YAMLError | undefined>(
    (first, next) => (first && first.pos[0] <= next.pos[0] ? first : next),
    undefined,
  );
  if (!error) return undefined;
  const quote = /Missing closing (['"])/.exec(error.message)?.[1];
  if (quote) return unclosedQuote(tree, error.pos[0], quote);
  const at = error.pos[0];
  const span = lineSpan(tree.text, at);
  const line = tree.text.slice(span.start, span.end).trim();
  return { span, says: wordsFor(error, clip(line), tree.text.slice(at, error.pos[1])) };
}

function unclosedQuote(tree: Tree, at: number, quote: string): SyntaxFault {
  const start = errorScalar(tree, at)?.start ?? at;
  const { end } = lineSpan(tree.text, start);
  const text = clip(tree.text.slice(start, end).trim());
  return {
    span: { start, end },
    says: `The quote that opens at ${text} is never closed, so it swallows the lines that follow. Add the closing ${quote}.`,
  };
}

/** The content of the line with the offset; the line before when the offset stands on an empty one. */
function lineSpan(text: string, offset: number): Span {
  const solid = text.slice(0, offset).trimEnd().length;
  const rest = text.slice(offset, endOfLine(text, offset)).trim();
  const at = rest === "" ? Math.max(0, solid - 1) : offset;
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  const line = text.slice(lineStart, endOfLine(text, at));
  const start = lineStart + (line.length - line.trimStart().length);
  return { start, end: lineStart + line.trimEnd().length };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function clip(line: string): string {
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

const WORDS: Readonly<Partial<Record<ErrorCode, (line: string, at: string) => string>>> = {
  TAB_AS_INDENT: () => "A tab indents this line, and YAML takes only spaces. Replace the tab with spaces.",
  BAD_INDENT: (line) =>
    `"${line}" does not start in the same column as the lines that it belongs to. Indent it like its neighbours.`,
  MULTILINE_IMPLICIT_KEY: (line) =>
    `"${line}" has no colon, so the line that follows is read as a part of it. Write it as "key: value", or delete it.`,
  BLOCK_AS_IMPLICIT_KEY: (line) =>
    `"${line}" holds a second "key:" where a value belongs. Put the value in quotes, or move the second key to a line of its own.`,
  BLOCK_IN_FLOW: (line) =>
    `"${line}" is a block inside brackets. Write it inside the brackets as {key: value} or [a, b].`,
  BAD_SCALAR_START: (_line, at) => `A value cannot start with ${at}. Put the value in quotes.`,
  BAD_DQ_ESCAPE: (line) =>
    `"${line}" has a backslash that starts no escape. Write \\\\ for a backslash, or use single quotes.`,
  MISSING_CHAR: (line) =>
    `"${line}" lacks a colon, a comma or a closing bracket. Write it as "key: value", or delete it.`,
  KEY_OVER_1024_CHARS: () => "A key is longer than 1,024 characters. Put a question mark before it, or shorten it.",
  MULTIPLE_ANCHORS: () => "A value has two anchors. Keep one of them.",
  MULTIPLE_TAGS: () => "A value has two tags. Keep one of them.",
  BAD_ALIAS: () => "An alias has no name, or properties that only an anchor can have. Write it as *name.",
  NON_STRING_KEY: (line) => `"${line}" has a key that is not text. Write a plain name as the key.`,
};

/** Faults that share a code with others and are told apart by the library's words. */
const WORDS_BY_MESSAGE: readonly (readonly [RegExp, (line: string, detail: string) => string])[] = [
  [
    /end with an? (.)/,
    (line, bracket) => `A bracket in or before "${line}" is not closed. Add the closing ${bracket}.`,
  ],
  [/Sequence item/, (line) => `"${line}" stands among list items. Put "- " before it, or delete it.`],
  [/white space|space after/, (line) => `A space is missing in "${line}". Put it before the comment or the value.`],
  [/directives-end/, () => "An object cannot begin on the line of ---. Move it to the next line."],
  [/map keys? need/, (line) => `"${line}" has no colon. Write it as "key: value", or delete it.`],
];

function wordsFor(error: YAMLError, line: string, at: string): string {
  if (/^- /.test(line) && /^(?:BLOCK_AS_IMPLICIT_KEY|MULTILINE_IMPLICIT_KEY|UNEXPECTED_TOKEN)$/.test(error.code)) {
    return `"${line}" is a list item among the entries of a map. Indent it under the key that it belongs to.`;
  }
  for (const [pattern, words] of WORDS_BY_MESSAGE) {
    const match = pattern.exec(error.message);
    if (match) return words(line, match[1] ?? "");
  }
  return (WORDS[error.code] ?? unexpected)(line, at);
}

function unexpected(line: string, at: string): string {
  const what = at.trim() === "" ? "This" : `"${clip(at.trim())}"`;
  return `${what} in "${line}" is not expected there. Delete it, or put the whole value in quotes.`;
}
