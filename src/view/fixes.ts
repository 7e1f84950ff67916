/** The quick fixes of the problems at a place. */
import type { Finding } from "../mesh/findings/registry.ts";
import {
  callInClear,
  callThroughSidecar,
  declareHttps,
  disablePort,
  openToOutside,
  rewriteProbes,
  startSidecarFirst,
  takeIdentities,
} from "./fixes/callers.ts";
import { changesOf, type Fix, fix } from "./fixes/change.ts";
import { chooseAutomatically, completeHost, repeatTls, useServicePort } from "./fixes/clients.ts";
import { injectByLabel, injectCaller, openPort } from "./fixes/keep-caller.ts";
import { dropRevision, dropTlsMode, spellInjection, spellRevision } from "./fixes/labels.ts";
import { dropSelector, nameRevision, permitAbove, permitFirst, sayPermissive } from "./fixes/modes.ts";
import { renameField, selectNearest, spellMode, usePodPort } from "./fixes/spelling.ts";
import { dropComment } from "./fixes/suppressions.ts";
import type { FileInput } from "./input.ts";
import type { Range } from "./place.ts";
import { overlaps } from "./position.ts";
import type { FixView } from "./problem.ts";
import { type Problem, problemsOf } from "./problems/problems.ts";

export function fixesFor(input: FileInput, range: Range): readonly FixView[] {
  return problemsOf(input)
    .filter(({ view }) => overlaps(view.range, range))
    .flatMap((problem) =>
      fixesOf(input, problem).map((each) => ({ ...each, code: problem.view.code, range: problem.view.range })),
    );
}

function fixesOf(input: FileInput, problem: Problem): readonly Fix[] {
  if (problem.from === "finding") return findingFixes(input, problem.finding);
  if (problem.from === "refusal") return [];
  const text = input.text(input.uri);
  if (text === undefined) return [];
  if (problem.from === "comment") return dropComment(input.uri, text, problem);
  const { repair, span } = problem.problem;
  if (repair === undefined) return [];
  return fix(repair.title, changesOf(input.uri, text, [{ span, newText: repair.newText }]), true);
}

type Fixes = {
  readonly [Code in Finding["code"]]?: (
    input: FileInput,
    finding: Extract<Finding, { readonly code: Code }>,
  ) => readonly Fix[];
};

/** The codes that an edit of text can answer. */
const FIXES: Fixes = {
  MTLS001: (input, { arrival }) => [...openPort(input, arrival), ...injectCaller(input, arrival)],
  MTLS002: selectNearest,
  MTLS006: usePodPort,
  MTLS007: spellMode,
  MTLS008: renameField,
  MTLS016: permitAbove,
  MTLS018: nameRevision,
  MTLS019: sayPermissive,
  MTLS021: dropSelector,
  MTLS022: declareHttps,
  MTLS023: disablePort,
  MTLS024: callThroughSidecar,
  MTLS025: startSidecarFirst,
  MTLS026: rewriteProbes,
  MTLS028: callInClear,
  MTLS029: openToOutside,
  MTLS030: takeIdentities,
  MTLS031: chooseAutomatically,
  MTLS032: chooseAutomatically,
  MTLS033: chooseAutomatically,
  MTLS034: completeHost,
  MTLS036: repeatTls,
  MTLS037: dropRevision,
  MTLS038: spellInjection,
  MTLS039: injectByLabel,
  MTLS041: spellRevision,
  MTLS044: dropTlsMode,
  MTLS045: dropTlsMode,
  MTLS048: useServicePort,
  MTLS049: permitFirst,
};

function findingFixes(input: FileInput, finding: Finding): readonly Fix[] {
  // The table pairs each code with its finding, which the compiler does not follow.
  const fixes = FIXES[finding.code] as ((input: FileInput, finding: Finding) => readonly Fix[]) | undefined;
  return fixes?.(input, finding) ?? [];
}
