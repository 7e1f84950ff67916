/** The problems of a file, and for fixes what each of them came from. */
import type { ManifestDocument } from "../../manifest/manifest.ts";
import type { ManifestProblem, Span } from "../../manifest/problem.ts";
import { type AnyCheck, CHECKS, type Finding, type Found, findings } from "../../mesh/findings/registry.ts";
import type { Meta } from "../../mesh/resources/meta.ts";
import type { Refusal } from "../../validation/refusal.ts";
import type { FileInput } from "../input.ts";
import type { Location } from "../place.ts";
import { firstLine, rangeOf } from "../position.ts";
import type { ProblemView } from "../problem.ts";
import { problemMessage } from "../words/problem.ts";
import { refusalProblems, type SaidOf } from "./refusals.ts";
import { relatedOf } from "./related.ts";
import { type Suppression, suppresses, suppressionProblems, suppressionsOf } from "./suppressions.ts";
import { TEXT_CHECKS } from "./text-checks.ts";

/** A problem as it is shown, with its origin. */
export type Problem =
  | { readonly from: "finding"; readonly finding: Finding; readonly view: ProblemView }
  | { readonly from: "text"; readonly problem: ManifestProblem; readonly view: ProblemView }
  | { readonly from: "refusal"; readonly refusal: Refusal; readonly view: ProblemView }
  | { readonly from: "comment"; readonly suppression: Suppression; readonly view: ProblemView };

export interface Judged {
  readonly shown: readonly Problem[];
  /** Kept away by comments. */
  readonly suppressed: readonly Problem[];
}

export function problemsOf(input: FileInput, checks: readonly AnyCheck[] = CHECKS): readonly Problem[] {
  return judgedProblems(input, checks).shown;
}

/** In the order of the file. Templated documents have none: what they say is not what will be applied. */
export function judgedProblems(input: FileInput, checks: readonly AnyCheck[] = CHECKS): Judged {
  const read = input.manifest.documents.filter(({ templated }) => !templated);
  const found = findings(input, checks).flatMap((each) => findingProblem(input, each));
  const said = found.flatMap(saidOf);
  const all = distinct([
    ...read.flatMap((document) => textProblems(input, document)),
    ...found,
    ...read.flatMap((document) =>
      refusalProblems(input, document, said).map((each): Problem => ({ from: "refusal", ...each })),
    ),
  ]);

  const suppressions = suppressionsOf(input);
  const used = new Set(suppressions.filter((each) => all.some((problem) => suppresses(each, problem))));
  const isSuppressed = (problem: Problem) => suppressions.some((each) => suppresses(each, problem));
  const ofComments = suppressionProblems(suppressions, used).map((each): Problem => ({ from: "comment", ...each }));
  return {
    shown: inOrder([...all.filter((problem) => !isSuppressed(problem)), ...ofComments]).flatMap((problem) =>
      atSeverity(input, problem),
    ),
    suppressed: inOrder(all.filter(isSuppressed)),
  };
}

/** Findings about a field that is written wrongly say what the API server would say, and how to mend it. */
const WRITTEN_WRONGLY = ["MTLS005", "MTLS007", "MTLS008", "MTLS015", "MTLS021"];

function saidOf(problem: Problem): readonly SaidOf[] {
  if (problem.from !== "finding" || !WRITTEN_WRONGLY.includes(problem.finding.code)) return [];
  const { object, pointer } = problem.finding.at;
  return [{ document: object.source.document, pointer: object.source.pointer + pointer }];
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted(
    ({ view: { range: a } }, { view: { range: b } }) =>
      a.start.line - b.start.line || a.start.character - b.start.character,
  );
}

/** As a person set it for the code. */
function atSeverity({ severities }: FileInput, problem: Problem): readonly Problem[] {
  const severity = severities?.[problem.view.code];
  if (severity === "off") return [];
  return severity === undefined ? [problem] : [{ ...problem, view: { ...problem.view, severity } }];
}

function textProblems({ text, uri }: FileInput, { problems }: ManifestDocument): readonly Problem[] {
  const content = text(uri) ?? "";
  return problems.map((problem) => {
    const { code, severity } = TEXT_CHECKS[problem.code];
    return {
      from: "text",
      problem,
      view: {
        range: rangeOf(content, underlined(content, problem)),
        severity,
        code,
        message: problem.says,
        related: [],
      },
    };
  });
}

/** A whole document is too much to underline. */
function underlined(text: string, { code, span }: ManifestProblem): Span {
  return code === "gateway-indentation" ? firstLine(text, span) : span;
}

function findingProblem(input: FileInput, { finding, severity }: Found): readonly Problem[] {
  const location = input.locate(finding.at.object, finding.at.pointer, finding.part);
  if (location?.uri !== input.uri || isTemplated(input, finding.at.object)) return [];
  return [
    {
      from: "finding",
      finding,
      view: {
        range: location.range,
        severity,
        code: finding.code,
        message: problemMessage(finding),
        related: relatedOf(input, finding),
      },
    },
  ];
}

export function isTemplated(input: FileInput, object: Meta): boolean {
  return input.document(object)?.templated === true;
}

/** Two calls of one caller to one port are one problem. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Map<string, Problem>();
  for (const problem of problems) {
    const { code, range, message } = problem.view;
    const key = JSON.stringify([code, range, message] satisfies [string, Location["range"], string]);
    if (!seen.has(key)) seen.set(key, problem);
  }
  return [...seen.values()];
}
