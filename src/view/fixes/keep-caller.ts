/** Fixes that keep a caller working: an exception for the port that it calls, or the caller put into the mesh. */
import { addEntry } from "../../manifest/edit/add-entry.ts";
import { newDocument } from "../../manifest/edit/new-document.ts";
import type { CallingPod } from "../../mesh/client/departure.ts";
import { predictedMembership } from "../../mesh/membership/predicted.ts";
import type { PeerAuthentication } from "../../mesh/resources/istio.ts";
import { type Labels, under } from "../../mesh/resources/meta.ts";
import type { PodTemplate } from "../../mesh/resources/pod.ts";
import { modeOf } from "../../mesh/server/mode.ts";
import { winner } from "../../mesh/server/policy.ts";
import { arrivalsAt, callsBy } from "../../mesh/verdict/arrivals.ts";
import { matchedWorkloads } from "../../mesh/verdict/impact.ts";
import { judge } from "../../mesh/verdict/judge.ts";
import type { Arrival, Verdict } from "../../mesh/verdict/verdict.ts";
import type { Workload } from "../../mesh/workload.ts";
import type { FileInput } from "../input.ts";
import * as words from "../words/fix.ts";
import { type Changes, changeObject, changesOf, type Fix, fix, yamlText } from "./change.ts";

const INJECT = "sidecar.istio.io/inject";

/** Labels that controllers and the injector add: no selector of a person names them. */
const ADDED = /^(pod-template-hash|controller-revision-hash|pod-template-generation|.*istio\.io\/.*)$/;

/**
 * Only one policy counts for a workload: where one selects it already, that one gets the entry. Where none does, a new
 * one inherits the mode and opens only the port.
 */
export function openPort(input: FileInput, arrival: Arrival): readonly Fix[] {
  const { workload, replica, mode, verdict } = arrival;
  if (verdict.outcome !== "breaks" || mode === undefined || mode.origin.from === "istio-default") return [];
  if (verdict.reason !== "plaintext-to-strict" && verdict.reason !== "proxy-sends-plaintext-to-strict") return [];
  const own = winner(input.mesh, replica, "workload")?.policy;
  const edits =
    own === undefined ? newException(input, arrival, mode.origin.policy) : addedEntry(input, own, arrival.port);
  const others = own === undefined ? 0 : matchedWorkloads(input.mesh, own).filter((each) => each !== workload).length;
  return fix(words.keepWorking(arrival, others), edits, false);
}

function addedEntry(input: FileInput, policy: PeerAuthentication, port: number): Changes {
  return changeObject(input, policy, (document, text, root) =>
    addEntry(document, text, under(`${root}/spec`, "portLevelMtls"), String(port), { mode: "PERMISSIVE" }),
  );
}

/** Behind the policy that decides, in its file. A selector in the root namespace would be ignored. */
function newException({ mesh, text }: FileInput, arrival: Arrival, decider: PeerAuthentication): Changes {
  const { workload, port } = arrival;
  const { uri } = decider.source;
  const labels = selectingLabels(workload);
  const content = text(uri);
  if (content === undefined || labels === undefined || workload.namespace === mesh.config.rootNamespace) return [];
  const taken = mesh.policies.filter(({ namespace }) => namespace === workload.namespace).map(({ name }) => name);
  const name = [workload.name, `${workload.name}-port-${port}`].find((each) => !taken.includes(each));
  if (name === undefined) return [];
  const yaml = exceptionYaml({ apiVersion: decider.apiVersion, namespace: workload.namespace, name, labels, port });
  return changesOf(uri, content, newDocument(content, yaml));
}

function exceptionYaml(of: {
  readonly apiVersion: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly port: number;
}): string {
  return [
    `apiVersion: ${of.apiVersion}`,
    "kind: PeerAuthentication",
    "metadata:",
    `  name: ${yamlText(of.name)}`,
    `  namespace: ${yamlText(of.namespace)}`,
    "spec:",
    "  selector:",
    "    matchLabels:",
    ...Object.entries(of.labels).map(([key, value]) => `      ${yamlText(key)}: ${yamlText(value)}`),
    "  mtls:",
    "    mode: UNSET",
    "  portLevelMtls:",
    `    ${of.port}:`,
    "      mode: PERMISSIVE",
    "",
  ].join("\n");
}

function selectingLabels({ template }: Workload): Labels | undefined {
  const all = Object.entries(template.labels);
  const authored = all.filter(([key]) => !ADDED.test(key));
  const labels = authored.length > 0 ? authored : all;
  return labels.length === 0 ? undefined : Object.fromEntries(labels);
}

/** Offered where the label would really bring a sidecar, and where that breaks no call to or from the caller. */
export function injectCaller(input: FileInput, arrival: Arrival): readonly Fix[] {
  const { caller } = arrival.call;
  if (arrival.verdict.outcome !== "breaks" || arrival.verdict.reason !== "plaintext-to-strict") return [];
  if (caller.type !== "workload") return [];
  const { object, template } = caller.workload;
  if (object === undefined || (object.kind === "Pod" && object.status !== undefined)) return [];
  if (template.labels[INJECT] === "true") return [];
  const labelled = { ...template, labels: { ...template.labels, [INJECT]: "true" } };
  const after = predictedMembership(input.mesh, { object, template: labelled });
  if (!after.known || after.proxy !== "sidecar") return [];
  const outcomes = callsBy(input.mesh, caller.workload).map((call) => withSidecar(input, call, labelled));
  if (!withSidecar(input, arrival, labelled).every((outcome) => outcome === "works")) return [];
  if (outcomes.flat().includes("breaks") || locksOut(input, caller.workload)) return [];
  const edits = changeObject(input, object, (document, text, root) =>
    addEntry(document, text, `${root}${template.at}/metadata/labels`, INJECT, '"true"'),
  );
  return fix(words.putIntoMesh(arrival), edits, false);
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
