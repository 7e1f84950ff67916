/** The rows of the list that a click on a lens opens: one for each call, each leading to its evidence. */
import type { Arrival } from "../../mesh/verdict/verdict.ts";
import type { FileInput } from "../input.ts";
import type { CallerRow } from "../lens.ts";
import type { Location } from "../place.ts";
import { callerName, outcomeClause, rowDetail, targetName } from "../words/call.ts";
import { worstFirst } from "./outcomes.ts";

/** Rows named by the caller. */
export function callerRows(input: FileInput, arrivals: readonly Arrival[], seenFrom: string): readonly CallerRow[] {
  return rows(input, arrivals, seenFrom, ({ call }) => callerName(call.caller, seenFrom));
}

/** Rows named by the Service that is called. */
export function callRows(input: FileInput, arrivals: readonly Arrival[], seenFrom: string): readonly CallerRow[] {
  return rows(input, arrivals, seenFrom, ({ call }) => `→ ${targetName(call, seenFrom)}`);
}

function rows(
  input: FileInput,
  arrivals: readonly Arrival[],
  seenFrom: string,
  labelOf: (arrival: Arrival) => string,
): readonly CallerRow[] {
  return worstFirst(arrivals, seenFrom).map((arrival) => {
    const location = evidenceLocation(input, arrival);
    return {
      label: labelOf(arrival),
      description: outcomeClause(arrival.verdict),
      detail: rowDetail(arrival, location),
      outcome: arrival.verdict.outcome,
      ...(location === undefined ? {} : { location }),
    };
  });
}

/** The best evidence comes first. */
export function evidenceLocation(input: Pick<FileInput, "locate">, { call }: Arrival): Location | undefined {
  const [evidence] = call.evidence;
  return evidence === undefined ? undefined : input.locate(evidence.place.object, evidence.place.pointer, "value");
}
