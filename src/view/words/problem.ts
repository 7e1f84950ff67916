/** The sentences of the Problems panel, one function a code: what is wrong, then why or what to do. */
import type { CallerBreaks } from "../../mesh/findings/callers/caller-breaks.ts";
import type { DefinedTwice } from "../../mesh/findings/objects/defined-twice.ts";
import type { GovernsNothing } from "../../mesh/findings/policies/governs-nothing.ts";
import type { OverruledPolicy } from "../../mesh/findings/policies/overruled.ts";
import type { PrunedField } from "../../mesh/findings/policies/pruned-field.ts";
import type { RootSelector } from "../../mesh/findings/policies/root-selector.ts";
import type { UnknownMode } from "../../mesh/findings/policies/unknown-mode.ts";
import type { NotAPort } from "../../mesh/findings/ports/not-a-port.ts";
import type { PortsWithoutSelector } from "../../mesh/findings/ports/ports-without-selector.ts";
import type { ServicePortKey } from "../../mesh/findings/ports/service-port-key.ts";
import type { Finding } from "../../mesh/findings/registry.ts";
import type { Arrival, BreakReason } from "../../mesh/verdict/verdict.ts";
import { callerName, endpointName, fileName, nameFrom, reasonSentence } from "./call.ts";
import { listed } from "./list.ts";
import { labelsText, policyName, whyFirst } from "./policy.ts";

export function problemMessage(finding: Finding): string {
  switch (finding.code) {
    case "MTLS001":
      return callerBreaks(finding);
    case "MTLS002":
      return governsNothing(finding);
    case "MTLS003":
      return overruled(finding);
    case "MTLS004":
      return rootSelector(finding);
    case "MTLS005":
      return portsWithoutSelector(finding);
    case "MTLS006":
      return servicePortKey(finding);
    case "MTLS007":
    case "MTLS015":
      return refused(finding);
    case "MTLS008":
      return prunedField(finding);
    case "MTLS013":
      return definedTwice(finding);
  }
}

/** Both ends and the port, then the reason. */
function callerBreaks({ arrival }: CallerBreaks): string {
  const { verdict } = arrival;
  if (verdict.outcome !== "breaks") return "";
  const caller = callerName(arrival.call.caller, arrival.workload.namespace);
  const ending = REFUSALS.has(verdict.reason) ? "will be refused by" : "will fail at";
  return `${caller} ${ending} ${endpointName(arrival, callerNamespace(arrival))}. ${reasonSentence(verdict.reason)}`;
}

const REFUSALS: ReadonlySet<BreakReason> = new Set([
  "plaintext-to-strict",
  "proxy-sends-plaintext-to-strict",
  "ztunnel-sends-plaintext-to-strict",
  "app-tls-to-strict",
]);

/** The workload is named as its caller knows it. */
function callerNamespace({ call, workload }: Arrival): string {
  return call.caller.type === "workload" ? call.caller.workload.namespace : workload.namespace;
}

function governsNothing({ policy, label, meant }: GovernsNothing): string {
  const none = `No pod in ${policy.namespace} has ${labelsText(policy.selector ?? {})}, so this policy governs no workload.`;
  return meant === undefined
    ? `${none} Change ${label.key}=${label.value} to labels that a pod has.`
    : `${none} Did you mean ${meant.key}=${meant.value}?`;
}

function overruled({ overruled: lost }: OverruledPolicy): string {
  return `${policyName(lost.policy)} has no effect: ${policyName(lost.by)} decides for the same pods, ${whyFirst(lost)}. Istio takes one policy per level: merge the two, or delete one.`;
}

function rootSelector({ policy }: RootSelector): string {
  return `Istio ignores this policy: in the root namespace ${policy.namespace} one with a selector has no effect. Move it to the namespace of the workloads, or remove the selector to set the mode of the whole mesh.`;
}

function portsWithoutSelector({ policy }: PortsWithoutSelector): string {
  return `The API server refuses this policy: portLevelMtls needs a selector with labels. Add spec.selector.matchLabels with labels of the pods of ${policy.namespace} that are meant.`;
}

function servicePortKey({ port, service, target, workload }: ServicePortKey): string {
  return `${port} is the port of Service ${service.name}, not of the pods, so this entry has no effect on that port. ${workload.name} listens on ${target}.`;
}

function refused({ gap }: UnknownMode | NotAPort): string {
  return `The API server refuses this policy: ${gap.says}.`;
}

function prunedField({ object, field, meant, widensTo }: PrunedField): string {
  const scope = { mesh: "every workload of the mesh", namespace: `every workload of namespace ${object.namespace}` };
  const effect = widensTo === undefined ? "" : `, and the policy is then for ${scope[widensTo]}`;
  const fix = meant === undefined ? `The fields here are ${listed(field.known, 8)}.` : `Did you mean ${meant}?`;
  return `${object.kind} has no field ${field.key} here: the API server drops it${effect}. ${fix}`;
}

function definedTwice({ object, others }: DefinedTwice): string {
  const files = [...new Set(others.map(({ source }) => fileName(source.uri)))];
  return `${object.kind} ${nameFrom("", object)} is also defined in ${listed(files)}. Each file is judged with its own version.`;
}

/** `CUSTOMER_SERVICE_URL calls customers.default`. */
export function evidenceRelated({ call }: Arrival, what: string): string {
  return `${what} calls ${call.service.name}.${call.service.namespace}`;
}

export function modeRelated({ mode }: Arrival): string {
  return mode === undefined ? "the mode is set here" : `${mode.mode} is set here`;
}

export function deciderRelated({ overruled: { by } }: OverruledPolicy): string {
  return `${policyName(by)} decides`;
}

export const ALSO_DEFINED = "also defined here";

/** Of a place that other findings name: the Service whose port was taken. */
export function serviceRelated({ service, port, target }: ServicePortKey): string {
  return `Service ${service.name} maps port ${port} to ${target}`;
}
