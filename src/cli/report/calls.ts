/** One call as data: its ends, how it ends, why, who decides, and what shows that it is made. */
import { modeSetAt, type Place } from "../../mesh/answer.ts";
import type { Caller, Evidence } from "../../mesh/callers/call.ts";
import type { Target } from "../../mesh/callers/target.ts";
import type { ResourceRef } from "../../mesh/resources/meta.ts";
import type { Arrival, Verdict } from "../../mesh/verdict/verdict.ts";
import type { FileInput } from "../../view/input.ts";
import { brokenWire, reasonClause, unknownClause } from "../../view/words/call.ts";
import { type FilePlace, placeOf } from "./place.ts";
import type { CallReport, EvidenceReport, ObjectRef } from "./report.ts";

export function callReport(arrival: Arrival, input: FileInput, from: string): CallReport {
  const { call, workload, port, verdict } = arrival;
  const decider = deciderOf(arrival);
  return {
    caller: callerRef(call.caller),
    ...serviceOf(call.target),
    workload: refOf(workload),
    port,
    outcome: verdict.outcome,
    ...detailOf(arrival, verdict),
    ...(decider === undefined ? {} : { decidedBy: { ...refOf(decider.object), ...placed(decider, input, from) } }),
    evidence: call.evidence.map((each) => evidenceReport(each, input, from)),
  };
}

/** Pods that are called at their own addresses are called through no Service. */
function serviceOf(target: Target): Pick<CallReport, "service"> {
  if (target.type === "pods") return {};
  const { service, port } = target;
  return { service: { namespace: service.namespace, name: service.name, port: port.port } };
}

function detailOf(arrival: Arrival, verdict: Verdict): Pick<CallReport, "wire" | "reason" | "why"> {
  switch (verdict.outcome) {
    case "works":
      return { wire: verdict.wire };
    case "breaks":
      return { wire: brokenWire(verdict.reason), reason: verdict.reason, why: reasonClause(arrival) };
    case "unknown":
      return { why: unknownClause(verdict.missing) };
  }
}

/** The rule that a verdict names, else where the mode is set that the port has. */
export function deciderOf({ verdict, mode }: Arrival): Place | undefined {
  if (verdict.outcome === "breaks" && verdict.place !== undefined) return verdict.place;
  return mode && modeSetAt(mode.origin);
}

function callerRef(caller: Caller): CallReport["caller"] {
  switch (caller.type) {
    case "workload":
      return refOf(caller.workload);
    case "gateway":
      return { kind: "Gateway", namespace: caller.namespace, name: caller.name };
    case "outside":
      return { name: caller.name };
  }
}

function evidenceReport({ what, confidence, place }: Evidence, input: FileInput, from: string): EvidenceReport {
  return { what, confidence, ...placed(place, input, from) };
}

function placed({ object, pointer }: Place, { locate }: FileInput, from: string): { readonly place?: FilePlace } {
  const location = locate(object, pointer, "value");
  return location === undefined ? {} : { place: placeOf(location, from) };
}

export function refOf({ kind, namespace, name }: ResourceRef): ObjectRef {
  return { kind, namespace, name };
}
