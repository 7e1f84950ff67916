/** The verdicts of files as lines of text: one for each policy, one for each error. */
import type { PeerAuthentication } from "../mesh/resources/istio.ts";
import { type PolicyImpact, policyImpact } from "../mesh/verdict/impact.ts";
import type { Arrival, Verdict } from "../mesh/verdict/verdict.ts";
import type { FileInput } from "./input.ts";
import { byCaller, callerKey, worstFirst } from "./lenses/outcomes.ts";
import { policyHead, policyText } from "./lenses/policy-lens.ts";
import type { Location } from "./place.ts";
import { isTemplated, judgedProblems, type Problem } from "./problems/problems.ts";
import { clauses } from "./words/list.ts";
import { NOT_ANALYSED } from "./words/policy.ts";
import { breakClause, errorText, pathLine, suppressedClause, terminalLine } from "./words/terminal.ts";

export interface TerminalReport {
  readonly lines: readonly string[];
  /** Callers that break at workloads of a policy, each counted once for each policy. */
  readonly breaks: number;
  /** Callers and policies of which no verdict is known. */
  readonly unknown: number;
  /** Problems that comments keep away; what of them breaks is in no other count. */
  readonly suppressed: number;
}

export function terminalLines(inputs: readonly FileInput[]): TerminalReport {
  const folder = commonFolder(inputs.map(({ uri }) => uri));
  const reports = inputs.flatMap((input) => fileReports(input, folder));
  return {
    lines: reports.flatMap(({ lines }) => lines),
    breaks: reports.reduce((sum, each) => sum + each.breaks, 0),
    unknown: reports.reduce((sum, each) => sum + each.unknown, 0),
    suppressed: reports.reduce((sum, each) => sum + each.suppressed, 0),
  };
}

function fileReports(input: FileInput, folder: string): readonly TerminalReport[] {
  const { shown, suppressed } = judgedProblems(input);
  return [
    ...policies(input).map((policy) => policyReport(input, policy, folder, suppressed)),
    ...errors(input, shown, folder),
    { lines: [], breaks: 0, unknown: 0, suppressed: suppressed.length },
  ];
}

function policyReport(
  input: FileInput,
  policy: PeerAuthentication,
  folder: string,
  suppressed: readonly Problem[],
): TerminalReport {
  const mode = input.locate(policy, "/spec/mtls/mode", "value");
  const where = mode === undefined ? "" : pathLine(mode, folder);
  if (isTemplated(input, policy))
    return { lines: [terminalLine(where, NOT_ANALYSED)], breaks: 0, unknown: 1, suppressed: 0 };
  const impact = policyImpact(input.mesh, policy);
  const accepted = new Set(suppressed.flatMap((problem) => breakAt(problem, policy)));
  const callers = byCaller(
    impact.arrivals.filter((arrival) => !accepted.has(breakKey(arrival))),
    policy.namespace,
  );
  const count = (outcome: Verdict["outcome"]) =>
    callers.filter(({ worst }) => worst.verdict.outcome === outcome).length;
  const unknown = count("unknown");
  return {
    lines: [terminalLine(where, textOf(input, impact, folder, accepted))],
    breaks: count("breaks"),
    unknown: impact.missing.length > 0 && unknown === 0 ? 1 : unknown,
    suppressed: 0,
  };
}

/** The break that a problem at the policy tells of. */
function breakAt(problem: Problem, policy: PeerAuthentication): readonly string[] {
  if (problem.from !== "finding" || problem.finding.code !== "MTLS001") return [];
  return problem.finding.at.object === policy ? [breakKey(problem.finding.arrival)] : [];
}

/** Calls of one caller to one port are one problem. */
function breakKey({ call, workload, port }: Arrival): string {
  return `${callerKey(call.caller)} ${workload.namespace}/${workload.name}:${port}`;
}

/** Each broken call with its ends, port, reason and evidence; without any, the words of the lens. */
function textOf(input: FileInput, impact: PolicyImpact, folder: string, accepted: ReadonlySet<string>): string {
  if (impact.breaks.length === 0) return policyText(input, impact);
  const breaks = impact.breaks.filter((arrival) => !accepted.has(breakKey(arrival)));
  const broken = worstFirst(breaks, impact.policy.namespace).map((arrival) => brokenCall(input, arrival, folder));
  const kept = impact.breaks.length - breaks.length;
  return clauses(policyHead(input, impact), ...broken, kept === 0 ? undefined : suppressedClause(kept));
}

function brokenCall({ locate }: FileInput, arrival: Arrival, folder: string): string {
  const [evidence] = arrival.call.evidence;
  const location: Location | undefined =
    evidence === undefined ? undefined : locate(evidence.place.object, evidence.place.pointer, "value");
  return breakClause(arrival, evidence?.what, location === undefined ? undefined : pathLine(location, folder));
}

function errors(input: FileInput, shown: readonly Problem[], folder: string): readonly TerminalReport[] {
  return shown
    .filter(({ view }) => view.severity === "error")
    .map(({ view: { range, code, message } }) => ({
      lines: [terminalLine(pathLine({ uri: input.uri, range }, folder), errorText(code, message))],
      breaks: 0,
      unknown: 0,
      suppressed: 0,
    }));
}

function policies({ objects }: FileInput): readonly PeerAuthentication[] {
  return objects.flatMap((object) => (object.form === "known" && object.kind === "PeerAuthentication" ? [object] : []));
}

/** Up to the last slash that all share. */
function commonFolder(uris: readonly string[]): string {
  const [first, ...rest] = uris;
  if (first === undefined) return "";
  const parts = first.split("/").slice(0, -1);
  const shared = rest.reduce((count, uri) => {
    const others = uri.split("/").slice(0, -1);
    const differs = parts.slice(0, count).findIndex((part, index) => part !== others[index]);
    return differs < 0 ? count : differs;
  }, parts.length);
  return `${parts.slice(0, shared).join("/")}/`;
}
