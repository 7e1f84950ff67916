/** Sentences about callers: who is refused by whom, and why. */
import type { CallerBreaks } from "../../../mesh/findings/callers/caller-breaks.ts";
import type { ExcludedOutbound } from "../../../mesh/findings/callers/excluded-outbound.ts";
import type { HeadlessDisabled } from "../../../mesh/findings/callers/headless-disabled.ts";
import type { HeadlessMixed } from "../../../mesh/findings/callers/headless-mixed.ts";
import type { IdentityInClear } from "../../../mesh/findings/callers/identity-in-clear.ts";
import type { InitBeforeSidecar } from "../../../mesh/findings/callers/init-before-sidecar.ts";
import type { OutsideCallers } from "../../../mesh/findings/callers/outside-callers.ts";
import type { ProbeNotRewritten } from "../../../mesh/findings/callers/probe-not-rewritten.ts";
import type { Arrival, BreakReason } from "../../../mesh/verdict/verdict.ts";
import { callerName, endpointName, endsText, nameFrom, reasonSentence, targetName } from "../call.ts";
import { policyName } from "../policy.ts";
import { modeByText } from "../workload.ts";

/** Both ends and the port, then the reason. */
export function callerBreaks({ arrival }: CallerBreaks): string {
  const { verdict } = arrival;
  if (verdict.outcome !== "breaks") return "";
  const caller = callerName(arrival.call.caller, arrival.workload.namespace);
  const ending = REFUSALS.has(verdict.reason) ? "will be refused by" : "will fail at";
  return `${caller} ${ending} ${endpointName(arrival, callerNamespace(arrival))}. ${reasonSentence(arrival)}`;
}

const REFUSALS: ReadonlySet<BreakReason> = new Set([
  "plaintext-to-strict",
  "proxy-sends-plaintext-to-strict",
  "ztunnel-sends-plaintext-to-strict",
  "waypoint-sends-plaintext-to-strict",
  "app-tls-to-strict",
]);

/** The workload is named as its caller knows it. */
function callerNamespace({ call, workload }: Arrival): string {
  return call.caller.type === "workload" ? call.caller.workload.namespace : workload.namespace;
}

export function excludedOutbound({ arrival, annotation }: ExcludedOutbound): string {
  const { call, workload } = arrival;
  const caller = callerName(call.caller, workload.namespace);
  const name = annotation.slice(annotation.indexOf("/") + 1);
  return `${name} takes calls to ${targetName(call, callerNamespace(arrival))} past the sidecar of ${caller}, and ${endpointName(arrival, callerNamespace(arrival))} refuses them without mTLS. Lead them through the sidecar.`;
}

export function initBeforeSidecar({ container, arrival, workload }: InitBeforeSidecar): string {
  return `Init container ${container.name} calls ${targetName(arrival.call, workload.namespace)} before the sidecar of ${workload.name} runs, and is refused: STRICT takes no plaintext. Make the sidecar a native one, which starts first.`;
}

export function probeNotRewritten({ workload, probe, arrival: { port }, mode, by }: ProbeNotRewritten): string {
  const what = probe.handler === "grpc" ? "gRPC" : (probe.scheme ?? "HTTP");
  return `The ${probe.kind} of ${workload.name} fails: the kubelet sends ${what} without mTLS to port ${port}, and ${mode.mode} refuses it. Rewriting of probes, which avoids this, is switched off by ${by === "annotation" ? "an annotation" : "the injector's values"}.`;
}

export function headlessMixed({ at, service, ends, naked }: HeadlessMixed): string {
  const name = nameFrom(service.namespace, naked);
  return `Callers with a sidecar are refused by ${endsText(ends, at)}: this Service is headless, and one pod without a sidecar, of ${name}, makes them send plaintext to all. Put that pod into the mesh, or behind a Service of its own.`;
}

export function headlessDisabled({ at, ends, policy }: HeadlessDisabled): string {
  return `Callers with a sidecar fail at ${endsText(ends, at)}: ${policyName(policy)} says DISABLE, and to the pods of a headless Service they speak mTLS whatever the workload's policy says. Tell them by a DestinationRule with tls mode DISABLE.`;
}

export function outsideCallers({ service, workload, port, mode }: OutsideCallers): string {
  return `Callers from outside of the cluster are refused by ${nameFrom(service.namespace, workload)}:${port}: Service ${service.name} of type ${service.type} lets them in, and ${modeByText(mode.mode, mode.origin)} asks for a certificate of the mesh. Lead them through an ingress gateway, or allow plaintext on the port.`;
}

export function identityInClear({ policy, workload, port, mode, arrival }: IdentityInClear): string {
  const name = nameFrom(policy.namespace, workload);
  if (arrival === undefined) {
    return `Nobody gets in by identity on ${name}:${port}: ${modeByText(mode.mode, mode.origin)} means plaintext, and a caller in plaintext has no identity. All are answered 403 RBAC: access denied.`;
  }
  return `${callerName(arrival.call.caller, policy.namespace)} has no sidecar, so it has no identity at ${name}:${port}, and this policy asks for one. It is answered 403 RBAC: access denied.`;
}

/** `CUSTOMER_SERVICE_URL calls customers.default`. */
export function evidenceRelated({ call }: Arrival, what: string): string {
  const { target } = call;
  const called = target.type === "service" ? target.service : target.workload;
  return `${what} calls ${target.type === "service" ? "" : "pods of "}${called.name}.${called.namespace}`;
}

export function modeRelated({ mode }: Pick<Arrival, "mode">): string {
  return mode === undefined ? "the mode is set here" : `${mode.mode} is set here`;
}

export const NO_SIDECAR = "its pods have no sidecar";
