/** What of a file was not read, so that its objects are missing from every verdict: no all-clear. */
import type { ManifestProblem } from "../../manifest/problem.ts";
import type { FileInput } from "../../view/input.ts";
import { rangeOf } from "../../view/position.ts";
import { TEXT_CHECKS } from "../../view/problems/text-checks.ts";
import { fileLine, placeOf } from "./place.ts";

const LOSES_OBJECTS: ReadonlySet<ManifestProblem["code"]> = new Set([
  "syntax",
  "gateway-indentation",
  "not-an-object",
  "too-large",
]);

export function unreadable({ uri, manifest, text }: FileInput, from: string): readonly string[] {
  return manifest.documents
    .filter(({ templated }) => !templated)
    .flatMap(({ problems }) => problems)
    .filter(({ code }) => LOSES_OBJECTS.has(code))
    .map(({ span, says, code }) => {
      const place = placeOf({ uri, range: rangeOf(text(uri) ?? "", span) }, from);
      return `${fileLine(place)}  ${TEXT_CHECKS[code].code} ${says}`;
    });
}

/** The same as problems of the editor. */
export const UNREADABLE_CODES: ReadonlySet<string> = new Set([...LOSES_OBJECTS].map((code) => TEXT_CHECKS[code].code));

/** Templates: what they become is not known. */
export function templatesIn({ manifest }: FileInput): number {
  return manifest.documents.filter(({ templated }) => templated).length;
}
