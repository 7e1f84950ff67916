/** The sentences of the command line, beside those that it shares with the editor. */
import type { Before } from "../mesh/verdict/change.ts";
import { clauses, counted } from "../view/words/list.ts";
import { basisText } from "../view/words/policy.ts";
import { fileLine } from "./report/place.ts";
import type { CallReport, EvidenceReport, ObjectRef, Report } from "./report/report.ts";

/** `This change breaks 2 callers`, `2 callers break`; an all-clear says of whom, and what it rests on. */
export function headlineOf({ subject, counts, basis }: Pick<Report, "subject" | "counts" | "basis">): string {
  const { breaks, unknown, suppressed, templates } = counts;
  return clauses(
    subject === "change" ? changeText(breaks) : stateText(breaks),
    unknown === 0 ? undefined : `${unknown} unknown`,
    suppressed === 0 ? undefined : `${suppressed} suppressed`,
    templates === 0 ? undefined : `${counted(templates, "Helm template")} not analysed`,
    breaks === 0 ? basisText(basis) : undefined,
  );
}

function changeText(breaks: number): string {
  return breaks === 0 ? "This change breaks no known caller" : `This change breaks ${counted(breaks, "caller")}`;
}

function stateText(breaks: number): string {
  return breaks === 0 ? "No known caller breaks" : counted(breaks, "caller breaks", "callers break");
}

/** What was before, where that is no matter of course. */
export function beforeText(before: Before | undefined): string | undefined {
  switch (before) {
    case "absent":
      return "new caller";
    case "unknown":
      return "unknown before";
    case "works":
    case "breaks":
    case undefined:
      return undefined;
  }
}

/** The name alone inside the namespace of the workload that is called. */
export function callerText({ caller, workload }: CallReport): string {
  return caller.kind === undefined || caller.kind === "Gateway" ? caller.name : nameIn(workload, caller);
}

/** `customers:80 (3000)`, or `pods of customers:3000`. */
export function calledText({ service, workload, port }: CallReport): string {
  if (service === undefined) return `pods of ${workload.name}:${port}`;
  return `${nameIn(workload, service)}:${service.port} (${port})`;
}

/** `breaks web-frontend → customers:80 (3000), no sidecar`, as the line of a policy says it. */
export function callText(call: CallReport): string {
  const ends = `${callerText(call)} → ${calledText(call)}`;
  const { outcome, why = "" } = call;
  return outcome === "breaks" ? `breaks ${ends}, ${why}` : clauses(ends, why);
}

/** `3 callers unknown: the labels of namespace default are not in these files`. */
export function unknownText(why: string, callers: number): string {
  return `${counted(callers, "caller")} ${why}`;
}

/** `PeerAuthentication default/default`. */
export function objectText({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace}/${name}`;
}

/** `CUSTOMER_SERVICE_URL web-frontend.yaml:26`. */
export function evidenceText({ what, place }: EvidenceReport): string {
  return place === undefined ? what : `${what} ${fileLine(place)}`;
}

function nameIn(
  workload: ObjectRef,
  { namespace = "", name }: { readonly namespace?: string; readonly name: string },
): string {
  return namespace === workload.namespace || namespace === "" ? name : `${namespace}/${name}`;
}

/** Manifests can hold anything: no text of theirs ends a line or steers the terminal. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

/** The program stopped while something was still to be answered. */
export const NO_ANSWER =
  "mtls-lens stopped before it had an answer. That is a defect of mtls-lens: please report it with the files that you gave.\n";

export function defect(error: unknown): string {
  const says = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `mtls-lens failed. That is a defect of mtls-lens: please report it with the files that you gave.\n${says}\n`;
}
