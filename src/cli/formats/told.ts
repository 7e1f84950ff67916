/** What people are shown of a report, in the terminal and in Markdown: each fact once, the worst first. */
import { clauses } from "../../view/words/list.ts";
import type { FilePlace } from "../report/place.ts";
import type { CallReport, FindingReport, PolicyReport, Report } from "../report/report.ts";
import { UNREADABLE_CODES } from "../report/unreadable.ts";
import { beforeText, callText, evidenceText, unknownText } from "../words.ts";

/** A sentence and where it is about. */
export interface Line {
  readonly place?: FilePlace;
  readonly says: string;
}

/** Of a change only what it does. */
export function toldPolicies({ subject, policies }: Report): readonly PolicyReport[] {
  return subject === "change" ? [] : policies;
}

/** Broken calls that no policy's line tells. */
export function untoldBreaks(report: Report): readonly CallReport[] {
  const policies = toldPolicies(report);
  return report.calls.filter(
    (call) => call.outcome === "breaks" && !policies.some(({ verdict }) => verdict.includes(callText(call))),
  );
}

/** What is missing, with how many callers it keeps from being judged. */
export function untoldUnknown(report: Report): readonly string[] {
  const policies = toldPolicies(report);
  const unknown = report.calls.filter(({ outcome }) => outcome === "unknown");
  return [...Map.groupBy(unknown, ({ why = "" }) => why)]
    .filter(([why]) => !policies.some(({ verdict }) => verdict.includes(why)))
    .map(([why, calls]) => unknownText(why, new Set(calls.map(({ caller }) => JSON.stringify(caller))).size));
}

/** A break is told as a call, and what could not be read as an error; a hint is for editors. */
export function otherFindings({ findings }: Report): readonly FindingReport[] {
  return findings.filter(
    ({ code, severity }) =>
      (severity === "error" || severity === "warning") && code !== "MTLS001" && !UNREADABLE_CODES.has(code),
  );
}

/** At the rule that decides, else where the call is made. */
export function callLine(call: CallReport): Line {
  const [evidence] = call.evidence;
  const place = call.decidedBy?.place ?? evidence?.place;
  return {
    ...(place === undefined ? {} : { place }),
    says: clauses(callText(call), beforeText(call.before), evidence === undefined ? undefined : evidenceText(evidence)),
  };
}
