/** Fixes that keep a caller working: an exception for the port that it calls, or the caller put into the mesh. */
import { addEntry } from "../../manifest/edit/add-entry.ts";
import type { CallingPod } from "../../mesh/client/departure.ts";
import type { CannotTrigger } from "../../mesh/findings/membership/cannot-trigger.ts";
import { predictedMembership } from "../../mesh/membership/predicted.ts";
import type { PodTemplate } from "../../mesh/resources/pod.ts";
import { modeOf } from "../../mesh/server/mode.ts";
import { arrivalsAt, callsBy } from "../../mesh/verdict/at-workload.ts";
import { judge } from "../../mesh/verdict/judge.ts";
import type { Arrival, Verdict } from "../../mesh/verdict/verdict.ts";
import type { Workload } from "../../mesh/workload.ts";
import type { FileInput } from "../input.ts";
import { nameFrom } from "../words/call.ts";
import * as words from "../words/fix.ts";
import { changeObject, type Fix, fix } from "./change.ts";
import { portException } from "./port-exception.ts";

const INJECT = "sidecar.istio.io/inject";

export function openPort(input: FileInput, arrival: Arrival): readonly Fix[] {
  const { mode, verdict } = arrival;
  if (verdict.outcome !== "breaks" || mode === undefined || mode.origin.from === "istio-default") return [];
  if (verdict.reason !== "plaintext-to-strict" && verdict.reason !== "proxy-sends-plaintext-to-strict") return [];
  const exception = portException(input, arrival, "PERMISSIVE", mode.origin.policy);
  return fix(words.keepWorking(arrival, exception.others), exception.edits, false);
}

/** Offered where that makes this call work. */
export function injectCaller(input: FileInput, arrival: Arrival): readonly Fix[] {
  const { caller } = arrival.call;
  if (arrival.verdict.outcome !== "breaks" || arrival.verdict.reason !== "plaintext-to-strict") return [];
  if (caller.type !== "workload") return [];
  if (!withSidecar(input, arrival, labelled(caller.workload)).every((outcome) => outcome === "works")) return [];
  return putIntoMesh(input, caller.workload, nameFrom(arrival.workload.namespace, caller.workload));
}

/** For a workload whose author asked for a sidecar in a way that brings none. */
export function injectByLabel(input: FileInput, { workload }: CannotTrigger): readonly Fix[] {
  return putIntoMesh(input, workload, workload.name);
}

/** Offered where the label would really bring a sidecar, and where that breaks no call to or from the workload. */
function putIntoMesh(input: FileInput, workload: Workload, name: string): readonly Fix[] {
  const { object, template } = workload;
  if (object === undefined || (object.kind === "Pod" && object.status !== undefined)) return [];
  if (template.labels[INJECT] === "true") return [];
  const after = predictedMembership(input.mesh, { object, template: labelled(workload) });
  if (!after.known || after.proxy !== "sidecar") return [];
  const outcomes = callsBy(input.mesh, workload).map((call) => withSidecar(input, call, labelled(workload)));
  if (outcomes.flat().includes("breaks") || locksOut(input, workload)) return [];
  const edits = changeObject(input, object, (document, text, root) =>
    addEntry(document, text, `${root}${template.at}/metadata/labels`, INJECT, '"true"'),
  );
  return fix(words.putIntoMesh(name), edits, false);
}

function labelled({ template }: Workload): PodTemplate {
  return { ...template, labels: { ...template.labels, [INJECT]: "true" } };
}

/** A sidecar does not help where it is told to send plaintext, and harms where it speaks mTLS to a port in DISABLE. */
function withSidecar(
  { mesh }: FileInput,
  { call, workload, port }: Arrival,
  { labels, annotations }: PodTemplate,
): readonly Verdict["outcome"][] {
  const namespace = call.caller.type === "workload" ? call.caller.workload.namespace : "";
  const pod: CallingPod = { proxy: "sidecar", namespace, labels, annotations };
  return judge(mesh, pod, call)
    .filter(({ endpoint }) => endpoint.at?.workload === workload && endpoint.port === port)
    .map(({ verdict }) => verdict.outcome);
}

/** With a sidecar of its own the caller would refuse what it takes in plaintext today. */
function locksOut({ mesh }: FileInput, caller: Workload): boolean {
  return arrivalsAt(mesh, caller).some(({ replica, port, verdict, call }) => {
    const mode = modeOf(mesh, replica, port);
    const plaintext = verdict.outcome === "works" && verdict.wire !== "mtls";
    const proxied = call.caller.type === "workload" ? isProxied(call.caller.workload) : call.caller.type === "gateway";
    return plaintext && !proxied && mode.known && mode.mode === "STRICT";
  });
}

function isProxied({ replicas }: Workload): boolean {
  return replicas.every(({ membership }) => membership.known && membership.proxy !== "none");
}
