/** The callers of one port, worst first, each with its evidence. */
import { callKey } from "../../mesh/callers/call.ts";
import type { Arrival } from "../../mesh/verdict/verdict.ts";
import { byCaller, worstFirst } from "../lenses/outcomes.ts";
import {
  callDetail,
  callerName,
  outcomeClause,
  reasonClause,
  reasonSentence,
  targetName,
  unknownClause,
} from "../words/call.ts";
import { clauses } from "../words/list.ts";
import type { CallerCounts } from "../words/tree.ts";
import { idUnder, type TreeInput, type TreeNode } from "./node.ts";
import { node } from "./rows.ts";

export function callerNodes(
  input: TreeInput,
  parent: string,
  arrivals: readonly Arrival[],
  seenFrom: string,
): readonly TreeNode[] {
  const named = Map.groupBy(arrivals, ({ call }) => callerName(call.caller, seenFrom));
  return worstFirst(arrivals, seenFrom).map((arrival) => {
    const { call, verdict } = arrival;
    const label = callerName(call.caller, seenFrom);
    const [evidence] = call.evidence;
    return node(input, {
      id: idUnder(parent, callKey(call)),
      // Where the evidence stands is where the row leads.
      tooltip: () => [
        clauses(label, outcomeClause(verdict)),
        reasonSentence(arrival),
        verdict.outcome === "unknown" ? unknownClause(verdict.missing) : undefined,
        callDetail(arrival),
      ],
      places: () => ({ manifest: evidence?.place }),
      say: () => ({
        label,
        description: clauses(
          verdict.outcome === "unknown" ? unknownClause(verdict.missing) : outcomeClause(verdict),
          reasonClause(arrival),
          (named.get(label)?.length ?? 0) > 1 ? targetName(call, seenFrom) : undefined,
        ),
        icon: verdict.outcome,
        spoken: "caller",
      }),
    });
  });
}

/** Each caller once, at its worst. */
export function countsOf(arrivals: readonly Arrival[], seenFrom: string): CallerCounts {
  const callers = byCaller(arrivals, seenFrom);
  const having = (outcome: Arrival["verdict"]["outcome"]) =>
    callers.filter(({ worst }) => worst.verdict.outcome === outcome).length;
  return { callers: callers.length, breaks: having("breaks"), unknown: having("unknown") };
}
