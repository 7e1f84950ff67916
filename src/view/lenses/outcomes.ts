/** Arrivals by caller: each caller once, at its worst. */
import { type Caller, callerKey } from "../../mesh/callers/call.ts";
import { type Arrival, type Verdict, WORST_FIRST } from "../../mesh/verdict/verdict.ts";
import { callerName } from "../words/call.ts";

export interface CallerOutcome {
  readonly caller: Caller;
  readonly name: string;
  readonly worst: Arrival;
}

export function worstFirst(arrivals: readonly Arrival[], seenFrom: string): readonly Arrival[] {
  return arrivals.toSorted(
    (a, b) =>
      WORST_FIRST[a.verdict.outcome] - WORST_FIRST[b.verdict.outcome] ||
      compare(callerName(a.call.caller, seenFrom), callerName(b.call.caller, seenFrom)) ||
      a.port - b.port,
  );
}

/** Probes and scrapes that get through are many and worth no word each: they are counted. */
export function isRoutine({ call, verdict }: Arrival): boolean {
  return verdict.outcome === "works" && call.target.type === "pods";
}

export function noteworthy(arrivals: readonly Arrival[]): readonly Arrival[] {
  return arrivals.filter((arrival) => !isRoutine(arrival));
}

/** Rows in the same order; equally bad ones stay as they are. */
export function bySeverity<Row extends { readonly outcome: Verdict["outcome"] }>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => WORST_FIRST[a.outcome] - WORST_FIRST[b.outcome]);
}

export function byCaller(arrivals: readonly Arrival[], seenFrom: string): readonly CallerOutcome[] {
  const worst = new Map<string, Arrival>();
  for (const arrival of worstFirst(arrivals, seenFrom)) {
    const key = callerKey(arrival.call.caller);
    if (!worst.has(key)) worst.set(key, arrival);
  }
  return [...worst.values()].map((arrival) => ({
    caller: arrival.call.caller,
    name: callerName(arrival.call.caller, seenFrom),
    worst: arrival,
  }));
}

/** What an all-clear rests on: one predicted pod makes it rest on files. */
export function basisOf(arrivals: readonly Arrival[]): "observed" | "files" {
  const isObserved = ({ replica: { membership } }: Arrival) => membership.known && membership.basis === "observed";
  return arrivals.length > 0 && arrivals.every(isObserved) ? "observed" : "files";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
