/** The other places of a problem: evidence, deciders, and what else has to be seen to believe it. */
import type { Place } from "../../mesh/answer.ts";
import type { Finding } from "../../mesh/findings/registry.ts";
import type { PeerAuthentication } from "../../mesh/resources/istio.ts";
import type { Meta } from "../../mesh/resources/meta.ts";
import type { FileInput } from "../input.ts";
import type { ProblemView } from "../problem.ts";
import * as callers from "../words/problems/callers.ts";
import { ALSO_DEFINED } from "../words/problems/objects.ts";
import * as policies from "../words/problems/policies.ts";
import { serviceRelated } from "../words/problems/ports.ts";

export function relatedOf(input: FileInput, finding: Finding): ProblemView["related"] {
  return placesOf(finding).flatMap(({ place, says }) => {
    const location = input.locate(place.object, place.pointer, "value");
    return location === undefined ? [] : [{ location, message: says }];
  });
}

interface Related {
  readonly place: Place;
  readonly says: string;
}

function placesOf(finding: Finding): readonly Related[] {
  switch (finding.code) {
    case "MTLS001":
      return [
        ...finding.arrival.call.evidence.map(({ place, what }) => ({
          place,
          says: callers.evidenceRelated(finding.arrival, what),
        })),
        ...(finding.mode === undefined ? [] : [{ place: finding.mode, says: callers.modeRelated(finding.arrival) }]),
      ];
    case "MTLS003":
      return [{ place: nameOf(finding.overruled.by), says: policies.deciderRelated(finding) }];
    case "MTLS006":
      return [{ place: { object: finding.service, pointer: "/spec/ports" }, says: serviceRelated(finding) }];
    case "MTLS013":
      return finding.others.map((object) => ({ place: nameOf(object), says: ALSO_DEFINED }));
    case "MTLS016":
      return [{ place: wholeMode(finding.above), says: policies.disableRelated(finding) }];
    default:
      return [];
  }
}

function nameOf(object: Meta): Place {
  return { object, pointer: "/metadata/name" };
}

function wholeMode(object: PeerAuthentication): Place {
  return { object, pointer: "/spec/mtls/mode" };
}
