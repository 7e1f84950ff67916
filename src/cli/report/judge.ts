/** Looks at every file once: its problems, and each known call, broken or unknown, that some file shows. */
import { callIndex } from "../../mesh/callers/call-index.ts";
import { arrivalsOf } from "../../mesh/verdict/arrivals.ts";
import { arrivalKey } from "../../mesh/verdict/change.ts";
import { type Arrival, WORST_FIRST } from "../../mesh/verdict/verdict.ts";
import type { FileInput } from "../../view/input.ts";
import { type Judged, judgedProblems, type Problem } from "../../view/problems/problems.ts";

export interface JudgedFile {
  readonly input: FileInput;
  readonly problems: Judged;
}

export interface JudgedCall {
  readonly input: FileInput;
  readonly arrival: Arrival;
}

export function judgeFile(input: FileInput): JudgedFile {
  return { input, problems: judgedProblems(input) };
}

/** Each call once, whichever files show it. */
export function callsOf(files: readonly JudgedFile[]): ReadonlyMap<string, JudgedCall> {
  const calls = new Map<string, JudgedCall>();
  for (const { input } of files) {
    for (const call of callIndex(input.mesh).evidentIn(input.uri)) {
      for (const arrival of arrivalsOf(input.mesh, call)) keepWorst(calls, { input, arrival });
    }
  }
  return calls;
}

/** Files that define an object differently are judged apart: a call that breaks in one of them breaks. */
function keepWorst(calls: Map<string, JudgedCall>, call: JudgedCall): void {
  const key = arrivalKey(call.arrival);
  const known = calls.get(key)?.arrival.verdict.outcome;
  if (known === undefined || WORST_FIRST[call.arrival.verdict.outcome] < WORST_FIRST[known]) calls.set(key, call);
}

/** Broken calls that a comment accepts: one at the policy that breaks them, or at every place that tells of them. */
export function acceptedBreaks(files: readonly JudgedFile[]): ReadonlySet<string> {
  const shown = new Set(files.flatMap(({ problems }) => problems.shown.flatMap(brokenCall)));
  return new Set(
    files.flatMap(({ problems }) =>
      problems.suppressed.flatMap((problem) =>
        brokenCall(problem).filter((key) => isAtPolicy(problem) || !shown.has(key)),
      ),
    ),
  );
}

function brokenCall(problem: Problem): readonly string[] {
  if (problem.from !== "finding") return [];
  const { finding } = problem;
  return finding.code === "MTLS001" || finding.code === "MTLS026" ? [arrivalKey(finding.arrival)] : [];
}

function isAtPolicy(problem: Problem): boolean {
  return problem.from === "finding" && problem.finding.at.object.kind === "PeerAuthentication";
}
