/** MTLS001: a known caller is refused. Marked at the mode that refuses it and at the line that makes the call. */
import { modeSetAt, type Origin, type Place } from "../../answer.ts";
import { callIndex } from "../../callers/call-index.ts";
import type { PeerAuthentication } from "../../resources/istio.ts";
import { type Meta, sameRef } from "../../resources/meta.ts";
import { arrivalsOf } from "../../verdict/arrivals.ts";
import { policyImpact } from "../../verdict/impact.ts";
import type { Arrival } from "../../verdict/verdict.ts";
import type { Check, FindingContext, Marked } from "../finding.ts";
import { policiesOf } from "../finding.ts";
import { isRefusedProbe } from "./probe-not-rewritten.ts";

export interface CallerBreaks extends Marked {
  readonly code: "MTLS001";
  readonly arrival: Arrival;
  /** Where the mode is set that decides; absent where Istio's default does. */
  readonly mode?: Place;
}

export const callerBreaks: Check<CallerBreaks> = {
  code: "MTLS001",
  says: "A caller that these files name is refused by a workload that they name.",
  severity: "warning",
  check: (context) => [...atPolicies(context), ...atCallers(context)],
};

/** Whom the policies of this file break: at the field that sets the mode. */
function atPolicies(context: FindingContext): readonly CallerBreaks[] {
  return policiesOf(context).flatMap((policy) =>
    policyImpact(context.mesh, policy).breaks.map((arrival) => ({
      code: "MTLS001",
      at: modePlace(policy, arrival.mode?.origin),
      part: "value",
      arrival,
      ...decidingPlace(arrival),
    })),
  );
}

/** Calls of this file that break, whoever decides: at their best evidence in it. Of refused probes MTLS026 tells there. */
function atCallers({ mesh, uri }: FindingContext): readonly CallerBreaks[] {
  return callIndex(mesh)
    .evidentIn(uri)
    .flatMap((call) => {
      const evidence = call.evidence.find(({ place }) => place.object.source.uri === uri);
      if (evidence === undefined) return [];
      return arrivalsOf(mesh, call)
        .filter((arrival) => arrival.verdict.outcome === "breaks" && !isRefusedProbe(arrival))
        .map((arrival) => ({
          code: "MTLS001",
          at: evidence.place,
          part: "value",
          arrival,
          ...decidingPlace(arrival),
        }));
    });
}

function decidingPlace({ mode }: Arrival): { readonly mode?: Place } {
  const set = mode && modeSetAt(mode.origin);
  return set === undefined ? {} : { mode: set };
}

/** Where this policy sets the mode that decides, else the mode of the whole policy. */
function modePlace(policy: PeerAuthentication, origin: Origin | undefined): Place {
  const set = origin && modeSetAt(origin);
  return { object: policy, pointer: set !== undefined && isSame(set.object, policy) ? set.pointer : "/spec/mtls/mode" };
}

function isSame(a: Meta, b: Meta): boolean {
  return sameRef(a, b) && a.source.uri === b.source.uri;
}
