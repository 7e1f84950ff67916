/** Makes the report of a state, or of a change from one state to another. */
import type { Mesh } from "../../mesh/mesh.ts";
import { arrivalKey, type Compared, compared, isWorse } from "../../mesh/verdict/change.ts";
import type { FileInput } from "../../view/input.ts";
import { basisOf } from "../../view/lenses/outcomes.ts";
import type { State } from "../inputs/state.ts";
import { headlineOf } from "../words.ts";
import { callReport } from "./calls.ts";
import { findingReports, withoutKnown } from "./findings.ts";
import { acceptedBreaks, callsOf, type JudgedCall, judgeFile } from "./judge.ts";
import { fileOf } from "./place.ts";
import { policyReports } from "./policies.ts";
import type { CallReport, Counts, PolicyReport, Report } from "./report.ts";
import { templatesIn, unreadable } from "./unreadable.ts";

/** `progress` is told how many files are judged. */
export function makeReport(
  state: State,
  from: string,
  version: string,
  progress: (judged: number, total: number) => void,
): Report {
  const { inputs, before, isObserved } = state;
  const files = inputs.map((input, index) => {
    progress(index, inputs.length);
    return judgeFile(input);
  });
  const accepted = acceptedBreaks(files);
  const own = files.filter(({ input }) => !isObserved(input.uri));
  const told = before === undefined ? own : withoutKnown(own, before.inputs.map(judgeFile));
  const known = callsOf(files);
  const calls = before === undefined ? standing(known, accepted, from) : worsened(inputs, before, accepted, from);
  const policies = own.flatMap(({ input }) => policyReports(input, accepted, from));
  const counts: Counts = {
    files: new Set(inputs.map(({ uri }) => fileOf(uri, from))).size,
    templates: inputs.reduce((sum, input) => sum + templatesIn(input), 0),
    ...callersCounted(calls, before === undefined ? policies : []),
    suppressed: own.reduce((sum, { problems }) => sum + problems.suppressed.length, 0),
  };
  const summary = {
    subject: before === undefined ? "state" : "change",
    basis: basisOf([...known.values()].map(({ arrival }) => arrival)),
    counts,
  } as const;
  return {
    version: 1,
    tool: { name: "mtls-lens", version },
    headline: headlineOf(summary),
    ...summary,
    findings: told.flatMap((file) => findingReports(file, from)),
    policies,
    calls,
    errors: [...state.errors, ...inputs.flatMap((input) => unreadable(input, from))],
  };
}

function standing(
  calls: ReadonlyMap<string, JudgedCall>,
  accepted: ReadonlySet<string>,
  from: string,
): readonly CallReport[] {
  return [...calls].flatMap(([key, { arrival, input }]) =>
    arrival.verdict.outcome === "works" || accepted.has(key) ? [] : [callReport(arrival, input, from)],
  );
}

/**
 * What breaks by the change, and all that is unknown after it: where it was unknown before, nobody can say that the
 * change is harmless. Each file's mesh is compared with the one in which that file was judged before.
 */
function worsened(
  inputs: readonly FileInput[],
  { inputOf }: NonNullable<State["before"]>,
  accepted: ReadonlySet<string>,
  from: string,
): readonly CallReport[] {
  const seen = new Map<Mesh, Set<Mesh>>();
  const found = new Map<string, Compared & { readonly input: FileInput }>();
  for (const input of inputs) {
    const before = inputOf(input.uri)?.mesh;
    const done = seen.get(input.mesh) ?? new Set();
    seen.set(input.mesh, done);
    if (before === undefined || done.has(before)) continue;
    done.add(before);
    const all = compared(before, input.mesh);
    const unknown = all.filter(({ arrival }) => arrival.verdict.outcome === "unknown");
    for (const each of [...unknown, ...all.filter(isWorse)]) {
      keepWorst(found, { ...each, input });
    }
  }
  return [...found].flatMap(([key, { arrival, before, input }]) =>
    accepted.has(key) ? [] : [{ ...callReport(arrival, input, from), before }],
  );
}

function keepWorst<Kept extends Compared>(found: Map<string, Kept>, each: Kept): void {
  const key = arrivalKey(each.arrival);
  if (!found.has(key) || each.arrival.verdict.outcome === "breaks") found.set(key, each);
}

function callersCounted(
  calls: readonly CallReport[],
  policies: readonly PolicyReport[],
): Pick<Counts, "breaks" | "unknown"> {
  const callers = (outcome: CallReport["outcome"]) =>
    new Set(calls.filter((call) => call.outcome === outcome).map(({ caller }) => JSON.stringify(caller)));
  const unsaid = policies.filter(
    ({ outcome, callers }) => outcome === "unknown" && callers.every((call) => call.outcome !== "unknown"),
  );
  const breaks = callers("breaks");
  const unknown = [...callers("unknown")].filter((caller) => !breaks.has(caller));
  return { breaks: breaks.size, unknown: unknown.length + unsaid.length };
}
