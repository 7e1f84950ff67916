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
import { chooseAutomatically, completeHost, repeatTls } from "./fixes/clients.ts";
import { injectCaller, openPort } from "./fixes/keep-caller.ts";
import { dropSelector, nameRevision, permitAbove, sayPermissive } from "./fixes/modes.ts";
import { renameField, selectNearest, spellMode, usePodPort } from "./fixes/spelling.ts";
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
  const { repair, span } = problem.problem;
  const text = input.text(input.uri);
  if (repair === undefined || text === undefined) return [];
  return fix(repair.title, changesOf(input.uri, text, [{ span, newText: repair.newText }]), true);
}

function findingFixes(input: FileInput, finding: Finding): readonly Fix[] {
  switch (finding.code) {
    case "MTLS001":
      return [...openPort(input, finding.arrival), ...injectCaller(input, finding.arrival)];
    case "MTLS002":
      return selectNearest(input, finding);
    case "MTLS006":
      return usePodPort(input, finding);
    case "MTLS007":
      return spellMode(input, finding);
    case "MTLS008":
      return renameField(input, finding);
    case "MTLS016":
      return permitAbove(input, finding);
    case "MTLS018":
      return nameRevision(input, finding);
    case "MTLS019":
      return sayPermissive(input, finding);
    case "MTLS021":
      return dropSelector(input, finding);
    case "MTLS022":
      return declareHttps(input, finding);
    case "MTLS023":
      return disablePort(input, finding);
    case "MTLS024":
      return callThroughSidecar(input, finding);
    case "MTLS025":
      return startSidecarFirst(input, finding);
    case "MTLS026":
      return rewriteProbes(input, finding);
    case "MTLS028":
      return callInClear(input, finding);
    case "MTLS029":
      return openToOutside(input, finding);
    case "MTLS030":
      return takeIdentities(input, finding);
    case "MTLS031":
    case "MTLS032":
    case "MTLS033":
      return chooseAutomatically(input, finding);
    case "MTLS034":
      return completeHost(input, finding);
    case "MTLS036":
      return repeatTls(input, finding);
    default:
      return [];
  }
}
