/** The lens of a workload: whether it is in the mesh, which mode it has by whom, and how its calls end. */
import type { Mesh } from "../../mesh/mesh.ts";
import type { EffectiveMode } from "../../mesh/resources/istio.ts";
import { type Meta, sameRef } from "../../mesh/resources/meta.ts";
import { enforcedMode } from "../../mesh/server/enforced.ts";
import { modeOf } from "../../mesh/server/mode.ts";
import { inboundPorts } from "../../mesh/server/ports.ts";
import { arrivalsAt, callsBy } from "../../mesh/verdict/at-workload.ts";
import type { Arrival } from "../../mesh/verdict/verdict.ts";
import type { Replica, Workload } from "../../mesh/workload.ts";
import type { FileInput } from "../input.ts";
import type { CallerRow, LensView } from "../lens.ts";
import type { Range } from "../place.ts";
import { targetName, unknownClause } from "../words/call.ts";
import { clauses } from "../words/list.ts";
import { namespaceAssumed } from "../words/policy.ts";
import * as words from "../words/workload.ts";
import { byCaller, bySeverity, noteworthy, worstFirst } from "./outcomes.ts";
import { callerRows, callRows } from "./rows.ts";

/** More calls than these are counted. */
const CALLS_SHOWN = 2;

/** `object` is what the lens stands above: the manifest of the workload, or one of its observed pods. */
export function workloadLens(input: FileInput, workload: Workload, object: Meta, range: Range): LensView {
  const { mesh } = input;
  const arriving = noteworthy(arrivalsAt(mesh, workload));
  const calls = noteworthy(callsBy(mesh, workload));
  const text = clauses(workloadText(mesh, workload, ofObject(workload, object)), namespaceAssumed(object));
  const rows = rowsOf(input, arriving, calls, workload);
  const title = words.listTitle(workload, { callers: arriving.length, calls: calls.length });
  return {
    range,
    text,
    tooltip: words.workloadTooltip(workload, rows.length),
    ...(rows.length === 0 ? {} : { callers: { title, rows } }),
  };
}

/** What the lens and the tree say of a workload; the membership is that of `shown`, the workload with some of its pods. */
export function workloadText(mesh: Mesh, workload: Workload, shown = workload): string {
  const inMesh = workload.replicas.some(isProxied);
  const arriving = noteworthy(arrivalsAt(mesh, workload));
  const calls = noteworthy(callsBy(mesh, workload));
  return clauses(
    membershipOf(shown),
    inMesh ? modeText(mesh, workload) : undefined,
    inMesh && !isGateway(workload) ? words.callersText(callersOf(arriving, workload.namespace)) : undefined,
    ...(workload.replicas.every(({ membership }) => membership.known) ? callTexts(calls, workload, inMesh) : []),
  );
}

/** Above a pod only that pod counts. */
function ofObject(workload: Workload, object: Meta): Workload {
  const own = workload.replicas.filter(({ pod }) => pod !== undefined && sameRef(pod, object));
  return own.length === 0 ? workload : { ...workload, replicas: own };
}

function membershipOf({ replicas, afterRestart }: Workload): string {
  const proxied = replicas.filter(isProxied).length;
  const known = replicas.every(({ membership }) => membership.known);
  if (known && proxied > 0 && proxied < replicas.length) return words.mixedMembership(proxied, replicas.length);
  const worst = replicas.find(({ membership }) => !membership.known) ?? replicas[0];
  return words.membershipText(worst?.membership ?? afterRestart, afterRestart);
}

/** The mode of the ports that no entry names, then the ports that differ from it. */
function modeText(mesh: Mesh, workload: Workload): string | undefined {
  const replica = workload.replicas.find(isProxied);
  if (replica?.membership.known !== true || replica.membership.proxy !== "sidecar") return undefined;
  const base = modeOf(mesh, replica, undefined);
  if (!base.known) return words.modeUnknown(unknownClause(base.missing));
  const differing = portsUnlike(mesh, workload, replica, base.mode);
  return words.modeByText(base.mode, base.origin) + words.portModesText(differing);
}

/** Ports in another mode than the ports that no entry names. */
export function portsUnlike(mesh: Mesh, workload: Workload, replica: Replica, base: EffectiveMode) {
  return inboundPorts(mesh, workload).flatMap(({ port }) => {
    const answer = enforcedMode(mesh, replica, port);
    return answer?.known && answer.mode !== base ? [{ port, mode: answer.mode }] : [];
  });
}

function callersOf(arriving: readonly Arrival[], seenFrom: string) {
  return byCaller(arriving, seenFrom).map(({ name, worst }) => ({ name, verdict: worst.verdict }));
}

/** From inside the mesh only the calls that do not work; from outside all, since the next policy can break them. */
function callTexts(calls: readonly Arrival[], { namespace }: Workload, inMesh: boolean): readonly string[] {
  const told = worstFirst(calls, namespace).filter(({ verdict }) => !inMesh || verdict.outcome !== "works");
  const texts = told.map(({ call, verdict, mode }) =>
    words.callText(targetName(call, namespace), verdict, mode?.mode, !inMesh),
  );
  const distinct = [...new Set(texts)];
  const more = distinct.length - CALLS_SHOWN;
  return more > 0 ? [...distinct.slice(0, CALLS_SHOWN), words.moreCalls(more)] : distinct;
}

function rowsOf(
  input: FileInput,
  arriving: readonly Arrival[],
  calls: readonly Arrival[],
  { namespace }: Workload,
): readonly CallerRow[] {
  return bySeverity([...callerRows(input, arriving, namespace), ...callRows(input, calls, namespace)]);
}

function isProxied({ membership }: Replica): boolean {
  return membership.known && membership.proxy !== "none";
}

function isGateway({ replicas }: Workload): boolean {
  return replicas.some(({ membership }) => membership.known && membership.proxy === "gateway");
}
