/** The words of the trees' rows: short, since a side bar is narrow; the tooltip has the sentence. */
import type { Missing } from "../../mesh/answer.ts";
import type { Membership } from "../../mesh/membership/membership.ts";
import type { DestinationRule, EffectiveMode, TrafficPolicy } from "../../mesh/resources/istio.ts";
import type { Labels } from "../../mesh/resources/meta.ts";
import type { InboundPort } from "../../mesh/server/ports.ts";
import { unknownClause } from "./call.ts";
import { FAMILIES } from "./hover.ts";
import { clauses, counted, listed } from "./list.ts";
import { labelsText } from "./policy.ts";

/** `1 of 2 in the mesh`. */
export function inMeshText(inMesh: number, unknown: number, total: number): string {
  return `${inMesh} of ${total} in the mesh${unknown === 0 ? "" : `, ${unknown} unknown`}`;
}

export function membershipWord(now: Membership, hostNetwork: boolean): string {
  if (!now.known) return "membership unknown";
  switch (now.proxy) {
    case "gateway":
      return "gateway";
    case "sidecar":
      return "in the mesh";
    case "ztunnel":
      return "in the mesh (ambient)";
    case "none":
      return hostNetwork ? "not in the mesh (hostNetwork)" : "not in the mesh";
  }
}

export const RESTART_NEEDED = "restart needed";

/** `2 of 3 pods in the mesh`. */
export function podsText(inMesh: number, total: number): string {
  return `${inMesh} of ${counted(total, "pod")} in the mesh`;
}

export interface CallerCounts {
  readonly callers: number;
  readonly breaks: number;
  readonly unknown: number;
}

/** `1 of 2 callers breaks`, `2 callers, 1 unknown`. */
export function callersText({ callers, breaks, unknown }: CallerCounts): string {
  if (callers === 0) return "no known caller";
  const rest = unknown === 0 ? "" : `, ${unknown} unknown`;
  if (breaks === 0) return counted(callers, "caller") + rest;
  const broken = breaks === callers ? counted(breaks, "caller") : `${breaks} of ${callers} callers`;
  return `${broken} ${breaks === 1 ? "breaks" : "break"}${rest}`;
}

/** What needs a look comes first, since a narrow row cuts its end; else the callers come last. */
export function withCallers(counts: CallerCounts, ...others: readonly (string | undefined)[]): string {
  const callers = callersText(counts);
  return counts.breaks > 0 ? clauses(callers, ...others) : clauses(...others, callers);
}

/** Of a namespace only what needs a look. */
export function brokenCallersText(breaks: number): string | undefined {
  return breaks === 0 ? undefined : counted(breaks, "caller breaks", "callers break");
}

/** On the icon of the container. */
export function badgeText(breaks: number): string {
  return breaks === 0 ? "No known caller breaks" : `${counted(breaks, "known caller breaks", "known callers break")}`;
}

const INJECTION = ["istio-injection", "istio.io/rev", "istio.io/dataplane-mode"];

/** `istio-injection=enabled`: the labels of a namespace that put pods into the mesh. */
export function injectionText(labels: Labels | undefined): string {
  if (labels === undefined) return "labels unknown";
  const found = Object.entries(labels).filter(([key]) => INJECTION.includes(key));
  return found.length === 0 ? "no injection label" : labelsText(Object.fromEntries(found));
}

export function modeWord(answer: { readonly known: true; readonly mode: EffectiveMode } | { readonly known: false }) {
  return answer.known ? answer.mode : "mode unknown";
}

export function modeUnknown(missing: readonly Missing[]): string {
  return `mode ${unknownClause(missing)}`;
}

/** `3000 HTTP`. */
export function portLabel(port: number, inbound: InboundPort | undefined): string {
  return inbound === undefined ? String(port) : `${port} ${FAMILIES[inbound.family]}`;
}

export const IN_NO_SERVICE = "in no Service";

/** `ISTIO_MUTUAL, 8080 DISABLE, subset v1 SIMPLE`. */
export function tlsText(rule: DestinationRule): string {
  const said = tlsOf(rule);
  return said.length === 0 ? "sets no TLS" : listed(said, 4);
}

export function setsNoTls(rule: DestinationRule): boolean {
  return tlsOf(rule).length === 0;
}

function tlsOf({ trafficPolicy, subsets }: DestinationRule): readonly string[] {
  return [
    ...modesOf(trafficPolicy, ""),
    ...subsets.flatMap(({ name, trafficPolicy: own }) => modesOf(own, `subset ${name} `)),
  ];
}

function modesOf(policy: TrafficPolicy | undefined, before: string): readonly string[] {
  const general = policy?.tls === undefined ? [] : [`${before}${policy.tls.mode}`];
  const ports = (policy?.ports ?? []).flatMap(({ port, tls }) => (tls ? [`${before}${port} ${tls.mode}`] : []));
  return [...general, ...ports];
}

/** Callers of its own namespace follow others; those elsewhere can have it all the same. */
export function ruleLosesTo(others: readonly string[], where: "everywhere" | "partly"): string {
  return `${where === "partly" ? "partly " : ""}overruled: ${listed(others)} ${others.length === 1 ? "counts" : "count"}`;
}

export function ruleGoverns(services: number): string {
  return counted(services, "Service");
}

export const WHOLE_MESH = "for the whole mesh";

export function policiesText(policies: number, rules: number): string {
  const parts = [
    policies === 0 ? "" : counted(policies, "PeerAuthentication"),
    rules === 0 ? "" : counted(rules, "DestinationRule"),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** Where a row leads, at the end of its tooltip. */
export const PLACES: Readonly<Record<"manifest" | "decider", (fileLine: string) => string>> = {
  manifest: (fileLine) => `→ ${fileLine}`,
  decider: (fileLine) => `mode set at ${fileLine}`,
};
