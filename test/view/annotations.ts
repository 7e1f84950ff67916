/**
 * Annotations are comment lines under the line that they are about: `#^ lens: …` for a lens above that line, and carets
 * under a problem's text with `severity CODE: message`. `#<^^` marks from the first column on, where the `#` stands.
 */
import type { FileInput } from "../../src/view/input.ts";
import { lensesOf } from "../../src/view/lenses/lenses.ts";
import type { ProblemView } from "../../src/view/problem.ts";
import { problemsOf } from "../../src/view/problems/problems.ts";

const ANNOTATION = /^#[ <]*\^/;

/** The text without annotations, and each annotation with the line it stands under. */
export function readAnnotated(text: string): { readonly text: string; readonly annotations: readonly string[] } {
  const plain: string[] = [];
  const annotations: string[] = [];
  for (const line of text.split("\n")) {
    if (ANNOTATION.test(line)) annotations.push(`${plain.length}: ${line}`);
    else plain.push(line);
  }
  return { text: plain.join("\n"), annotations };
}

/** What the views of a file look like as annotations. */
export function annotationsOf(input: FileInput): readonly string[] {
  return [
    ...lensesOf(input).map(({ range, text }) => ({ line: range.start.line + 1, text: `#^ lens: ${text}` })),
    ...problemsOf(input).map(({ view }) => ({ line: view.range.start.line + 1, text: problemAnnotation(input, view) })),
  ]
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, text }) => `${line}: ${text}`);
}

/** Puts the annotations of today under their lines. */
export function writeAnnotated(text: string, annotations: readonly string[]): string {
  return text
    .split("\n")
    .flatMap((line, index) => [
      line,
      ...annotations.flatMap((each) => {
        const [, number, annotation = ""] = /^(\d+): (.*)$/s.exec(each) ?? [];
        return Number(number) === index + 1 ? [annotation] : [];
      }),
    ])
    .join("\n");
}

/** A range over several lines is marked on its first one. */
function problemAnnotation({ text, uri }: FileInput, { range, severity, code, message }: ProblemView): string {
  const line = (text(uri) ?? "").split("\n")[range.start.line] ?? "";
  const end = range.end.line === range.start.line ? range.end.character : line.trimEnd().length;
  const start = range.start.character;
  const marker =
    start === 0
      ? `#<${"^".repeat(Math.max(1, end - 2))}`
      : `#${" ".repeat(start - 1)}${"^".repeat(Math.max(1, end - start))}`;
  return `${marker} ${severity} ${code}: ${message}`;
}
