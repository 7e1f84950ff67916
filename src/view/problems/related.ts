/** The other places of a problem: evidence, deciders, and what else has to be seen to believe it. */
import { modeSetAt, type Place, type PortModeAnswer } from "../../mesh/answer.ts";
import type { Finding } from "../../mesh/findings/registry.ts";
import type { PeerAuthentication } from "../../mesh/resources/istio.ts";
import { type Meta, under } from "../../mesh/resources/meta.ts";
import type { Arrival } from "../../mesh/verdict/verdict.ts";
import type { FileInput } from "../input.ts";
import type { ProblemView } from "../problem.ts";
import * as callers from "../words/problems/callers.ts";
import { HIDDEN, REPLACED } from "../words/problems/clients.ts";
import { ALSO_DEFINED } from "../words/problems/objects.ts";
import * as policies from "../words/problems/policies.ts";
import { serviceRelated, TLS_RELATED } from "../words/problems/ports.ts";

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
        ...evidenceOf(finding.arrival),
        ...(finding.mode === undefined ? [] : [{ place: finding.mode, says: callers.modeRelated(finding.arrival) }]),
      ];
    case "MTLS003":
      return [{ place: nameOf(finding.overruled.by), says: policies.deciderRelated(finding) }];
    case "MTLS006":
      return [{ place: { object: finding.service, pointer: "/spec/ports" }, says: serviceRelated(finding) }];
    case "MTLS013":
      return finding.others.map((object) => ({ place: nameOf(object), says: ALSO_DEFINED }));
    case "MTLS016":
      return [{ place: wholeMode(finding.above), says: policies.disableRelated(finding.above) }];
    case "MTLS022":
      return [{ place: finding.because.place, says: TLS_RELATED[finding.because.by] }];
    case "MTLS024":
    case "MTLS025":
      return [...evidenceOf(finding.arrival), ...modeOf(finding.arrival.mode)];
    case "MTLS026":
    case "MTLS029":
    case "MTLS032":
    case "MTLS045":
      return modeOf(finding.mode);
    case "MTLS027":
      return finding.naked.object === undefined
        ? []
        : [{ place: nameOf(finding.naked.object), says: callers.NO_SIDECAR }];
    case "MTLS028":
      return [
        { place: { object: finding.policy, pointer: finding.mode }, says: policies.disableRelated(finding.policy) },
      ];
    case "MTLS030":
      return [...modeOf(finding.mode), ...(finding.arrival === undefined ? [] : evidenceOf(finding.arrival))];
    case "MTLS036":
      return [{ place: { object: finding.at.object, pointer: under(finding.tls.at, "mode") }, says: REPLACED }];
    case "MTLS049":
      return [{ place: wholeMode(finding.live), says: policies.disableRelated(finding.live) }];
    case "MTLS050":
      return [{ place: { object: finding.hidden, pointer: "/spec/host" }, says: HIDDEN }];
    default:
      return [];
  }
}

function evidenceOf(arrival: Arrival): readonly Related[] {
  return arrival.call.evidence.map(({ place, what }) => ({ place, says: callers.evidenceRelated(arrival, what) }));
}

/** Where the mode is set that decides. */
function modeOf(mode: PortModeAnswer | undefined): readonly Related[] {
  const place = mode && modeSetAt(mode.origin);
  return mode === undefined || place === undefined ? [] : [{ place, says: callers.modeRelated({ mode }) }];
}

function nameOf(object: Meta): Place {
  return { object, pointer: "/metadata/name" };
}

function wholeMode(object: PeerAuthentication): Place {
  return { object, pointer: "/spec/mtls/mode" };
}
