/** Takes out a comment that suppresses nothing. */

import type { ProblemView } from "../problem.ts";
import { SUPPRESSION_CHECKS, type Suppression } from "../problems/suppressions.ts";
import * as words from "../words/fix.ts";
import type { Fix } from "./change.ts";

/** With its line where it has one of its own. One that lacks something only wants to be completed. */
export function dropComment(
  uri: string,
  text: string,
  { suppression: { alone, range }, view }: { readonly suppression: Suppression; readonly view: ProblemView },
): readonly Fix[] {
  if (view.code !== SUPPRESSION_CHECKS.unused.code) return [];
  const { line } = range.start;
  const before = text.split(/\r\n|\n|\r/)[line]?.slice(0, range.start.character) ?? "";
  const removed = alone
    ? { start: { line, character: 0 }, end: { line: line + 1, character: 0 } }
    : { start: { line, character: before.trimEnd().length }, end: range.end };
  return [
    { title: words.remove("the comment"), preferred: true, edits: [{ uri, edits: [{ range: removed, newText: "" }] }] },
  ];
}
