/** One port of a workload as lines: what each level says, which decides, and how each known caller arrives. */
import type { PeerAuthentication } from "../../mesh/resources/istio.ts";
import { enforcedMode } from "../../mesh/server/enforced.ts";
import { type ModeLevel, modeChain } from "../../mesh/server/mode.ts";
import type { InboundPort } from "../../mesh/server/ports.ts";
import { arrivalsAt } from "../../mesh/verdict/at-workload.ts";
import type { Arrival } from "../../mesh/verdict/verdict.ts";
import type { Replica, Workload } from "../../mesh/workload.ts";
import type { FileInput } from "../../view/input.ts";
import { noteworthy, worstFirst } from "../../view/lenses/outcomes.ts";
import { evidenceLocation } from "../../view/lenses/rows.ts";
import { brokenWire, callerName, reasonClause, targetName, unknownClause, wireName } from "../../view/words/call.ts";
import * as words from "../../view/words/hover.ts";
import { clauses } from "../../view/words/list.ts";
import { policyName } from "../../view/words/policy.ts";
import { fileLine, placeOf } from "../report/place.ts";
import { columns } from "./columns.ts";

/** What is explained, and from which folder files are named. */
export interface Subject {
  readonly input: FileInput;
  readonly workload: Workload;
  readonly from: string;
}

/** A port, or without one all those that no Service leads to. */
export interface Port {
  readonly port: number | undefined;
  readonly inbound?: InboundPort;
}

export function portLines(subject: Subject, replica: Replica, { port, inbound }: Port): readonly string[] {
  const { input, workload } = subject;
  const answer = enforcedMode(input.mesh, replica, port);
  const mode = answer === undefined ? undefined : answer.known ? answer.mode : unknownClause(answer.missing);
  const arrivals = noteworthy(arrivalsAt(input.mesh, workload)).filter(
    (arrival) => port === undefined || arrival.port === port,
  );
  const others = answer?.known === true ? [words.othersText(answer.mode, arrivals.length)] : [];
  return [
    clauses(workload.name, titleOf(port, inbound), mode),
    ...columns(modeChain(input.mesh, replica, port).flatMap((level) => levelRows(subject, level))),
    ...(arrivals.length === 0 ? [] : [words.CALLERS, ...callerLines(subject, arrivals)]),
    ...others,
  ];
}

function titleOf(port: number | undefined, inbound: InboundPort | undefined): string {
  if (port === undefined) return words.EVERY_PORT;
  return inbound === undefined ? words.undeclaredPort(port) : words.portTitle(inbound);
}

function levelRows(subject: Subject, { level, policy, mode, decides, overruled }: ModeLevel) {
  const decider = decides ? words.DECIDES : "";
  const losers = overruled.map((lost) => [
    "",
    policyName(lost.policy),
    lost.policy.mode,
    lineOf(subject, lost.policy, "/spec/mtls/mode"),
    words.overruledText(lost),
  ]);
  if (policy !== undefined) {
    const pointer = level === "port" ? "/spec/portLevelMtls" : "/spec/mtls/mode";
    const own = [level, policyName(policy), mode ?? words.SILENT, lineOf(subject, policy, pointer), decider];
    return [own, ...losers];
  }
  if (level !== "mesh") return [[level, words.SILENT]];
  const { rootNamespace } = subject.input.mesh.config;
  return [[level, words.noMeshPolicy(rootNamespace), words.ISTIO_DEFAULT]];
}

function lineOf({ input, from }: Subject, policy: PeerAuthentication, pointer: string): string {
  const location = input.locate(policy, pointer, "value");
  return location === undefined ? "" : fileLine(placeOf(location, from));
}

/** Named by who calls. */
export function callerLines(subject: Subject, arrivals: readonly Arrival[]): readonly string[] {
  const { namespace } = subject.workload;
  return columns(
    worstFirst(arrivals, namespace).map((each) => callRow(subject, each, callerName(each.call.caller, namespace))),
  );
}

/** Named by what is called. */
export function calledLines(subject: Subject, arrivals: readonly Arrival[]): readonly string[] {
  const { namespace } = subject.workload;
  return columns(
    worstFirst(arrivals, namespace).map((each) => callRow(subject, each, targetName(each.call, namespace))),
  );
}

function callRow(subject: Subject, arrival: Arrival, name: string): readonly string[] {
  const { verdict } = arrival;
  const proof = proofOf(subject, arrival);
  switch (verdict.outcome) {
    case "works":
      return [name, wireName(verdict.wire), "works", proof];
    case "breaks":
      return [name, wireName(brokenWire(verdict.reason)), `breaks, ${reasonClause(arrival)}`, proof];
    case "unknown":
      return [name, "", unknownClause(verdict.missing), proof];
  }
}

/** `CUSTOMER_SERVICE_URL, web-frontend.yaml:26 (certain)`. */
function proofOf({ input, from }: Subject, arrival: Arrival): string {
  const [evidence] = arrival.call.evidence;
  if (evidence === undefined) return "";
  const { what, confidence } = evidence;
  const location = evidenceLocation(input, arrival);
  return `${what}, ${location === undefined ? "" : `${fileLine(placeOf(location, from))} `}(${confidence})`;
}
