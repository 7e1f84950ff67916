/** What stands above a workload: its membership, its mode and who decided, and how its calls end. */
import type { Origin } from "../../mesh/answer.ts";
import type { Membership, MembershipReason } from "../../mesh/membership/membership.ts";
import type { EffectiveMode } from "../../mesh/resources/istio.ts";
import type { Verdict } from "../../mesh/verdict/verdict.ts";
import type { Workload } from "../../mesh/workload.ts";
import { unknownClause, wireName } from "./call.ts";
import { counted, listed } from "./list.ts";
import { policyName } from "./policy.ts";

/** Membership of the replicas now, and of the pods that a restart would make. */
export function membershipText(now: Membership, afterRestart: Membership): string {
  if (!now.known) return `Membership ${unknownClause(now.missing)}`;
  if (changesOnRestart(now, afterRestart)) {
    return isIn(afterRestart)
      ? "In the mesh after a restart · running pods are not"
      : "Not in the mesh after a restart · running pods are in it";
  }
  switch (now.proxy) {
    case "gateway":
      return GATEWAY;
    case "sidecar":
      return "In the mesh";
    case "ztunnel":
      return "In the mesh (ambient)";
    case "none":
      return `Not in the mesh (${reasonText(now.reason)})`;
  }
}

/** The running pod is in the mesh and the next one is not, or the other way round. */
export function changesOnRestart(now: Membership, afterRestart: Membership): boolean {
  return (
    now.known &&
    now.proxy !== "gateway" &&
    now.basis === "observed" &&
    afterRestart.known &&
    isIn(now) !== isIn(afterRestart)
  );
}

const GATEWAY = "Gateway proxy: its listeners come from Gateway objects, PeerAuthentications do not reach them";

export function mixedMembership(inMesh: number, total: number): string {
  return `${inMesh} of ${counted(total, "pod")} in the mesh · restart needed`;
}

function isIn(membership: Membership): boolean {
  return membership.known && membership.proxy !== "none";
}

export function reasonText(reason: MembershipReason): string {
  switch (reason.code) {
    case "proxy-container":
      return `container ${reason.container}${reason.native ? ", a native sidecar" : ""}`;
    case "no-proxy-container":
      return "the observed pod has no istio-proxy container";
    case "webhook":
      return `injected by webhook ${reason.webhook}`;
    case "redirection-annotation":
      return "captured by ztunnel";
    case "dataplane-mode":
      return "ztunnel captures it by the label istio.io/dataplane-mode";
    case "host-network":
      return "it uses the network of its node";
    case "no-webhook-matches":
    case "not-required":
      return reason.says;
  }
}

/** `STRICT by default/default`, `PERMISSIVE by Istio's default`. */
export function modeByText(mode: EffectiveMode, origin: Origin): string {
  return `${mode} by ${originText(origin)}`;
}

export function originText(origin: Origin): string {
  return origin.from === "istio-default" ? "Istio's default" : policyName(origin.policy);
}

/** Ports whose mode differs from the rest. */
export function portModesText(ports: readonly { readonly port: number; readonly mode: EffectiveMode }[]): string {
  return ports.length === 0 ? "" : ` (${ports.map(({ port, mode }) => `${port} ${mode}`).join(", ")})`;
}

export function modeUnknown(text: string): string {
  return `mode ${text}`;
}

/** `ingressgateway mTLS, web-frontend breaks`; many callers: who breaks by name, the rest by count. */
export function callersText(callers: readonly { readonly name: string; readonly verdict: Verdict }[]): string {
  if (callers.length === 0) return "no known caller";
  const works = callers.filter(({ verdict }) => verdict.outcome === "works");
  const rest = callers.filter(({ verdict }) => verdict.outcome !== "works");
  const named = (each: (typeof callers)[number]) => `${each.name} ${outcomeWord(each.verdict)}`;
  if (callers.length <= 3) return [...works, ...rest].map(named).join(", ");
  const breaks = callers.filter(({ verdict }) => verdict.outcome === "breaks").map(({ name }) => name);
  const unknown = callers.length - works.length - breaks.length;
  return [
    breaks.length === 0 ? "" : `${listed(breaks)} ${breaks.length === 1 ? "breaks" : "break"}`,
    unknown === 0 ? "" : `${unknown} unknown`,
    works.length === 0 ? "" : counted(works.length, "caller works", "callers work"),
  ]
    .filter((part) => part !== "")
    .join(", ");
}

function outcomeWord(verdict: Verdict): string {
  return verdict.outcome === "works" ? wireName(verdict.wire) : verdict.outcome;
}

/** `calls customers:80 in plaintext: breaks under STRICT`. */
export function callText(service: string, verdict: Verdict, mode: EffectiveMode | undefined, plain: boolean): string {
  switch (verdict.outcome) {
    case "works":
      return `calls ${service} ${plain ? "in plaintext" : `with ${wireName(verdict.wire)}`}: works`;
    case "breaks":
      return `calls ${service}${plain ? " in plaintext" : ""}: breaks${mode === undefined ? "" : ` under ${mode}`}`;
    case "unknown":
      return `calls ${service}: ${unknownClause(verdict.missing)}`;
  }
}

export function moreCalls(count: number): string {
  return counted(count, "more call");
}

export function listTitle(workload: Workload, listed: { readonly callers: number; readonly calls: number }): string {
  const what = listed.callers === 0 ? "Calls" : listed.calls === 0 ? "Callers" : "Callers and calls";
  return `${what} of ${workload.namespace}/${workload.name}`;
}

export function workloadTooltip(workload: Workload, rows: number): string {
  const name = `${workload.kind} ${workload.namespace}/${workload.name}`;
  return rows === 0
    ? `${name}: no call to or from it is known from these files`
    : `${name}: list its callers and calls`;
}
