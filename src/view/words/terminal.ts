/** The lines of the command line: one for each policy. */
import type { Arrival } from "../../mesh/verdict/verdict.ts";
import { callerName, reasonClause, targetName } from "./call.ts";
import { clauses } from "./list.ts";

/** `breaks web-frontend → customers:80 (3000), no sidecar · CUSTOMER_SERVICE_URL web-frontend.yaml:27`. */
export function breakClause(arrival: Arrival, evidence: string | undefined, where: string | undefined): string {
  const { call, workload, port, verdict } = arrival;
  const caller = callerName(call.caller, workload.namespace);
  const why = verdict.outcome === "breaks" ? `, ${reasonClause(arrival)}` : "";
  const proof = evidence === undefined ? undefined : where === undefined ? evidence : `${evidence} ${where}`;
  const behind = call.target.type === "service" ? ` (${port})` : "";
  return clauses(`breaks ${caller} → ${targetName(call, workload.namespace)}${behind}${why}`, proof);
}

/** Breaks that a comment in the file accepts. */
export function suppressedClause(count: number): string {
  return `${count} suppressed`;
}

export function terminalLine(where: string, text: string): string {
  return `${where}  ${text}`;
}
