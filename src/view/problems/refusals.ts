/** What the API server and istiod would refuse, at its line. What a finding says already is not said again. */
import { jsonOf, spansIn } from "../../manifest/content.ts";
import type { JsonObject, ManifestDocument } from "../../manifest/manifest.ts";
import type { Pointer } from "../../mesh/resources/meta.ts";
import type { Refusal } from "../../validation/refusal.ts";
import { isValidated, validate } from "../../validation/validate.ts";
import type { FileInput } from "../input.ts";
import { firstLine, rangeOf } from "../position.ts";
import type { ProblemView } from "../problem.ts";
import * as words from "../words/problems/refusals.ts";
import type { TextCheck } from "./text-checks.ts";

/** Warnings of istiod are left to the findings: its only one is that a selector names no label. */
export const REFUSAL_CHECK = {
  code: "MTLS051",
  says: "The API server or istiod refuses the object, so nothing of it takes effect.",
  severity: "error",
} as const satisfies TextCheck;

export interface RefusedField {
  readonly refusal: Refusal;
  readonly view: ProblemView;
}

/** A place that something is said of already: a field of an object, from the root of the document. */
export interface SaidOf {
  readonly document: number;
  readonly pointer: Pointer;
}

export function refusalProblems(
  { uri, text }: FileInput,
  document: ManifestDocument,
  said: readonly SaidOf[],
): readonly RefusedField[] {
  const content = text(uri) ?? "";
  return refusalsOf(document).flatMap(({ object, refusal }): readonly RefusedField[] => {
    const pointer = object.pointer + refusal.pointer;
    if (said.some((each) => each.document === document.index && touches(each.pointer, pointer))) return [];
    const spans = spansIn(document, pointer);
    const range = rangeOf(content, firstLine(content, spans?.key ?? spans?.value ?? document.span));
    const { code, severity } = REFUSAL_CHECK;
    return [{ refusal, view: { range, severity, code, message: words.refused(object.value, refusal), related: [] } }];
  });
}

interface RefusedObject {
  readonly object: JsonObject;
  readonly refusal: Refusal;
}

/** Of a document whose text stays nothing is validated again, wherever in its file it stands. */
const known = new WeakMap<ManifestDocument["content"], readonly RefusedObject[]>();

function refusalsOf(document: ManifestDocument): readonly RefusedObject[] {
  if (!hasValidated(document)) return [];
  const refused =
    known.get(document.content) ??
    jsonOf(document).flatMap((object) =>
      answered(object, namespaceOf(document, object)).map((refusal) => ({ object, refusal })),
    );
  known.set(document.content, refused);
  return refused;
}

/** Of an object without a name only its JSON tells the kind. Most documents need not be read for that. */
function hasValidated({ resources, problems }: ManifestDocument): boolean {
  return (
    resources.length === 0 ||
    resources.some(({ kind }) => isValidated(kind)) ||
    problems.some(({ code }) => code === "not-an-object")
  );
}

function namespaceOf({ resources }: ManifestDocument, { pointer }: JsonObject): string | undefined {
  return resources.find(({ source }) => source.pointer === pointer)?.namespace;
}

/** istiod is only asked of what the API server's schema accepts. */
function answered({ value }: JsonObject, namespace: string | undefined): readonly Refusal[] {
  const refused = validate(value, namespace).filter(({ severity }) => severity === "refused");
  const bySchema = refused.filter(({ by }) => by === "crd");
  return bySchema.length > 0 ? bySchema : refused;
}

function touches(a: Pointer, b: Pointer): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}
