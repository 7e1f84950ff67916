/** Sentences about callers: who is refused by whom, and why. */
import type { CallerBreaks } from "../../../mesh/findings/callers/caller-breaks.ts";
import type { Arrival, BreakReason } from "../../../mesh/verdict/verdict.ts";
import { callerName, endpointName, reasonSentence } from "../call.ts";

/** Both ends and the port, then the reason. */
export function callerBreaks({ arrival }: CallerBreaks): string {
  const { verdict } = arrival;
  if (verdict.outcome !== "breaks") return "";
  const caller = callerName(arrival.call.caller, arrival.workload.namespace);
  const ending = REFUSALS.has(verdict.reason) ? "will be refused by" : "will fail at";
  return `${caller} ${ending} ${endpointName(arrival, callerNamespace(arrival))}. ${reasonSentence(verdict.reason)}`;
}

const REFUSALS: ReadonlySet<BreakReason> = new Set([
  "plaintext-to-strict",
  "proxy-sends-plaintext-to-strict",
  "ztunnel-sends-plaintext-to-strict",
  "app-tls-to-strict",
]);

/** The workload is named as its caller knows it. */
function callerNamespace({ call, workload }: Arrival): string {
  return call.caller.type === "workload" ? call.caller.workload.namespace : workload.namespace;
}

/** `CUSTOMER_SERVICE_URL calls customers.default`. */
export function evidenceRelated({ call }: Arrival, what: string): string {
  return `${what} calls ${call.service.name}.${call.service.namespace}`;
}

export function modeRelated({ mode }: Pick<Arrival, "mode">): string {
  return mode === undefined ? "the mode is set here" : `${mode.mode} is set here`;
}
