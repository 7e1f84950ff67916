/**
 * What a change does to known calls: those that break or become unknown with it, by comparing the mesh before with the
 * mesh after. What was so already is left out.
 */
import { callKey, endsKey } from "../callers/call.ts";
import { callIndex } from "../callers/call-index.ts";
import type { Mesh } from "../mesh.ts";
import { refKey } from "../resources/meta.ts";
import { arrivalsOf } from "./arrivals.ts";
import type { Arrival, Verdict } from "./verdict.ts";

/** What became of the call before; `absent` where nobody made it. */
export type Before = Verdict["outcome"] | "absent";

export interface Compared {
  readonly arrival: Arrival;
  readonly before: Before;
}

/** Invariant: nothing is worse in a mesh than in the same mesh. */
export function impact(before: Mesh, after: Mesh): readonly Compared[] {
  return before === after ? [] : compared(before, after).filter(isWorse);
}

/** Every arrival after the change, with what became of its call before. */
export function compared(before: Mesh, after: Mesh): readonly Compared[] {
  const known = outcomesIn(before);
  return arrivalsIn(after).map((arrival) => ({ arrival, before: known(arrival) }));
}

/** Every known call at every place where it arrives. */
export function arrivalsIn(mesh: Mesh): readonly Arrival[] {
  return callIndex(mesh).calls.flatMap((call) => arrivalsOf(mesh, call));
}

/** The same for the same call at the same port of the same workload, in whichever mesh. */
export function arrivalKey({ call, workload, port }: Arrival): string {
  return `${callKey(call)} ${refKey(workload)}:${port}`;
}

/** A call of which nothing was known can break for sure afterwards; one that broke before cannot get worse. */
export function isWorse({ arrival: { verdict }, before }: Compared): boolean {
  if (verdict.outcome === "breaks") return before !== "breaks";
  return verdict.outcome === "unknown" && (before === "works" || before === "absent");
}

/**
 * What becomes of calls in a mesh. Where a call arrives there at another workload or port or in another way, the
 * best that becomes of it counts: one place where it fails now and did not then is news.
 */
function outcomesIn(mesh: Mesh): (arrival: Arrival) => Before {
  const exact = new Map<string, Before>();
  const sameEnds = new Map<string, Before>();
  for (const arrival of arrivalsIn(mesh)) {
    const { outcome } = arrival.verdict;
    exact.set(arrivalKey(arrival), outcome);
    keepBest(sameEnds, endsKey(arrival.call), outcome);
  }
  return (arrival) => exact.get(arrivalKey(arrival)) ?? sameEnds.get(endsKey(arrival.call)) ?? "absent";
}

const GOODNESS: Readonly<Record<Before, number>> = { works: 3, unknown: 2, breaks: 1, absent: 0 };

function keepBest(outcomes: Map<string, Before>, key: string, outcome: Before): void {
  if (GOODNESS[outcome] > GOODNESS[outcomes.get(key) ?? "absent"]) outcomes.set(key, outcome);
}
