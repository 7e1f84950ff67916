/** Changes of a manifest's text that keep everything else as it is written: comments, order, quotes, style. */

import { readDocumentTree } from "../document.ts";
import type { ManifestDocument } from "../manifest.ts";
import type { Span } from "../problem.ts";
import type { Tree } from "../yaml/tree.ts";

/** Replaces the span's text. Offsets are those of the file before any change. */
export interface Edit {
  readonly span: Span;
  readonly newText: string;
}

/** A document opened for changes: its tree, and the offset of its text in the file. */
export interface Editable {
  readonly tree: Tree;
  readonly offset: number;
  /** How the file ends its lines. */
  readonly lineBreak: "\r\n" | "\n";
}

export function editable(document: ManifestDocument, text: string): Editable | undefined {
  const { start, end } = document.span;
  const tree = readDocumentTree(text.slice(start, end));
  return tree && { tree, offset: start, lineBreak: text.includes("\r\n") ? "\r\n" : "\n" };
}

/** An edit with offsets into the document's own text, moved to the file. */
export function replace(on: Editable, span: Span, newText: string): Edit {
  return { span: { start: span.start + on.offset, end: span.end + on.offset }, newText };
}

export function applyEdits(text: string, edits: readonly Edit[]): string {
  const inOrder = [...edits].sort((a, b) => a.span.start - b.span.start);
  let result = "";
  let copied = 0;
  for (const { span, newText } of inOrder) {
    result += text.slice(copied, span.start) + newText;
    copied = span.end;
  }
  return result + text.slice(copied);
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Before the line break. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  if (end < 0) return text.length;
  return end > offset && text[end - 1] === "\r" ? end - 1 : end;
}
