/** The verdict on each policy of a file, in the words of its lens, with the callers that break by name and evidence. */
import type { PeerAuthentication } from "../../mesh/resources/istio.ts";
import { arrivalKey } from "../../mesh/verdict/change.ts";
import { type PolicyImpact, policyImpact } from "../../mesh/verdict/impact.ts";
import type { Arrival } from "../../mesh/verdict/verdict.ts";
import type { FileInput } from "../../view/input.ts";
import { worstFirst } from "../../view/lenses/outcomes.ts";
import { policyHead, policyText } from "../../view/lenses/policy-lens.ts";
import { evidenceLocation } from "../../view/lenses/rows.ts";
import { isTemplated } from "../../view/problems/problems.ts";
import { clauses } from "../../view/words/list.ts";
import { NOT_ANALYSED } from "../../view/words/policy.ts";
import { breakClause, suppressedClause } from "../../view/words/terminal.ts";
import { callReport, refOf } from "./calls.ts";
import { fileLine, placeOf } from "./place.ts";
import type { PolicyReport } from "./report.ts";

/** `accepted` are the broken calls that comments accept. */
export function policyReports(input: FileInput, accepted: ReadonlySet<string>, from: string): readonly PolicyReport[] {
  return policiesIn(input).map((policy) => {
    const location = input.locate(policy, "/spec/mtls/mode", "value");
    const place = location === undefined ? {} : { place: placeOf(location, from) };
    if (isTemplated(input, policy)) {
      return { policy: refOf(policy), ...place, verdict: NOT_ANALYSED, outcome: "unknown", callers: [] };
    }
    const impact = policyImpact(input.mesh, policy);
    return {
      policy: refOf(policy),
      ...place,
      verdict: verdictLine(input, impact, accepted, from),
      outcome: outcomeOf(impact, accepted),
      // Of a policy of the whole mesh these are all calls there are, each with its places: only JSON shows them.
      get callers() {
        return worstFirst(impact.arrivals, policy.namespace).map((arrival) => callReport(arrival, input, from));
      },
    };
  });
}

export function policiesIn({ objects }: FileInput): readonly PeerAuthentication[] {
  return objects.flatMap((object) => (object.form === "known" && object.kind === "PeerAuthentication" ? [object] : []));
}

/** Each broken call with its ends, port, reason and evidence; without any, the words of the lens. */
function verdictLine(input: FileInput, impact: PolicyImpact, accepted: ReadonlySet<string>, from: string): string {
  if (impact.breaks.length === 0) return policyText(input, impact);
  const breaks = impact.breaks.filter((arrival) => !accepted.has(arrivalKey(arrival)));
  const kept = impact.breaks.length - breaks.length;
  return clauses(
    policyHead(input, impact),
    ...worstFirst(breaks, impact.policy.namespace).map((arrival) => brokenCall(input, arrival, from)),
    kept === 0 ? undefined : suppressedClause(kept),
  );
}

function brokenCall(input: FileInput, arrival: Arrival, from: string): string {
  const [evidence] = arrival.call.evidence;
  const location = evidenceLocation(input, arrival);
  return breakClause(arrival, evidence?.what, location === undefined ? undefined : fileLine(placeOf(location, from)));
}

function outcomeOf(
  { arrivals, breaks, missing }: PolicyImpact,
  accepted: ReadonlySet<string>,
): PolicyReport["outcome"] {
  if (breaks.some((arrival) => !accepted.has(arrivalKey(arrival)))) return "breaks";
  const unknown = missing.length > 0 || arrivals.some(({ verdict }) => verdict.outcome === "unknown");
  return unknown ? "unknown" : "works";
}
