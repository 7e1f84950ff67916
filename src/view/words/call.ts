/** How one call is said: who calls, over what, with which outcome, why, and on which evidence. */
import type { Missing, Place } from "../../mesh/answer.ts";
import type { Call, Caller, Evidence } from "../../mesh/callers/call.ts";
import { isProbe } from "../../mesh/callers/from-probes.ts";
import { calledPort } from "../../mesh/callers/target.ts";
import type { End } from "../../mesh/findings/meshed-caller.ts";
import type { ResourceRef } from "../../mesh/resources/meta.ts";
import type { Arrival, BreakReason, Verdict, Wire } from "../../mesh/verdict/verdict.ts";
import type { Location } from "../place.ts";
import { clauses, listed } from "./list.ts";

const WIRES: Readonly<Record<Wire, string>> = {
  mtls: "mTLS",
  plaintext: "plaintext",
  "app-tls": "its own TLS",
};

/** Why a call breaks, in one clause that stands behind the caller's name. */
const REASONS: Readonly<Record<BreakReason, string>> = {
  "plaintext-to-strict": "no sidecar",
  "proxy-sends-plaintext-to-strict": "its sidecar sends plaintext",
  "ztunnel-sends-plaintext-to-strict": "ztunnel sends plaintext to a sidecar",
  "waypoint-sends-plaintext-to-strict": "the waypoint sends plaintext to a sidecar",
  "app-tls-to-strict": "its TLS has no mesh certificate",
  "app-tls-to-http-port": "TLS to an HTTP port",
  "not-http-to-http-port": "not HTTP to an HTTP port",
  "mtls-to-no-proxy": "mTLS to a pod without a sidecar",
  "mtls-to-disabled": "mTLS to a port in DISABLE",
  "mtls-past-proxy": "mTLS to a port that bypasses the sidecar",
  "rule-tls-refused": "a DestinationRule makes it speak another TLS",
  "no-gateway-server": "no Gateway opens the port",
  "plaintext-to-gateway-tls": "plaintext, and the Gateway wants TLS",
  "mtls-to-gateway-http": "mTLS, and the Gateway wants plaintext",
  "app-tls-to-gateway-http": "TLS, and the Gateway wants plaintext",
  "not-http-to-gateway": "not HTTP, and the Gateway wants HTTP",
  "no-gateway-name": "the Gateway has no server for its server name",
  "certificate-refused-by-gateway": "its TLS has no certificate that the Gateway accepts",
  "server-speaks-first": "a sidecar waits for it to speak first, and here the server does",
  "authorization-refused": "an AuthorizationPolicy refuses it",
  "not-in-registry": "REGISTRY_ONLY, and its sidecar does not know the Service",
  "no-route": "its sidecar has no route for it",
  "removed-by-patch": "an EnvoyFilter removes what it goes through",
};

/** The same as a sentence of its own; "It" is the caller. */
const EXPLANATIONS: Readonly<Record<BreakReason, string>> = {
  "plaintext-to-strict": "It has no sidecar, and STRICT refuses plaintext.",
  "proxy-sends-plaintext-to-strict": "Its sidecar sends plaintext, and STRICT refuses plaintext.",
  "ztunnel-sends-plaintext-to-strict":
    "Its ztunnel sends plaintext to a sidecar that does not take part in ambient mode, and STRICT refuses plaintext.",
  "waypoint-sends-plaintext-to-strict":
    "The waypoint of the Service sends plaintext to a sidecar that does not take part in ambient mode, and STRICT refuses plaintext.",
  "app-tls-to-strict": "It speaks TLS without a mesh certificate, and STRICT refuses that.",
  "app-tls-to-http-port": "It speaks TLS, and the Service declares the port as HTTP.",
  "not-http-to-http-port": "It does not speak HTTP, and the Service declares the port as HTTP.",
  "mtls-to-no-proxy": "Its sidecar speaks mTLS, and the pod has no sidecar that understands it.",
  "mtls-to-disabled": "Its sidecar speaks mTLS, and the port is in DISABLE.",
  "mtls-past-proxy": "Its sidecar speaks mTLS, and annotations take the port past the server's sidecar.",
  "rule-tls-refused": "A DestinationRule makes its sidecar speak a TLS that the server's sidecar does not accept.",
  "no-gateway-server": "No Gateway opens the port with a route that leads on, so the connection is refused.",
  "plaintext-to-gateway-tls": "It sends plaintext, and the Gateway's server at this port takes TLS only.",
  "mtls-to-gateway-http": "Its sidecar speaks mTLS, and the Gateway's server at this port takes plaintext HTTP.",
  "app-tls-to-gateway-http": "It speaks TLS, and the Gateway's server at this port takes plaintext HTTP.",
  "not-http-to-gateway": "It does not speak HTTP, and the Gateway's server at this port is for HTTP.",
  "no-gateway-name": "No server of the Gateway is for the server name that its TLS asks for.",
  "certificate-refused-by-gateway": "Its TLS does not bring the certificate that the Gateway's server asks for.",
  "server-speaks-first":
    "The server speaks first in this protocol, and a sidecar waits for the caller's first bytes, so the connection hangs.",
  "authorization-refused": "An AuthorizationPolicy does not let it in.",
  "not-in-registry": "Its sidecar does not know the Service, and REGISTRY_ONLY drops what it does not know.",
  "no-route": "Its sidecar has no route or cluster for the call.",
  "removed-by-patch": "An EnvoyFilter removes the listener or the cluster that the call goes through.",
};

export function wireName(wire: Wire): string {
  return WIRES[wire];
}

export function reasonClause(arrival: Arrival): string {
  const { verdict } = arrival;
  if (verdict.outcome !== "breaks") return "";
  const how = inClear(arrival);
  return how === undefined ? byOwner(REASONS[verdict.reason], verdict.place) : IN_CLEAR[how].clause;
}

export function reasonSentence(arrival: Arrival): string {
  const { verdict } = arrival;
  if (verdict.outcome !== "breaks") return "";
  const how = inClear(arrival);
  return how === undefined ? byOwner(EXPLANATIONS[verdict.reason], verdict.place) : IN_CLEAR[how].sentence;
}

/** Istio makes DestinationRules of policies of the Gateway API: the policy is what a person has written. */
function byOwner(text: string, place: Place | undefined): string {
  return place?.object.kind === "BackendTLSPolicy" ? text.replace("DestinationRule", "BackendTLSPolicy") : text;
}

/** Why a caller speaks plaintext, where that is not for want of a sidecar alone. */
const IN_CLEAR = {
  probe: {
    clause: "its probe is not rewritten",
    sentence: "Its probe is not rewritten, and STRICT refuses plaintext.",
  },
  address: {
    clause: "plaintext to the address of a pod",
    sentence: "It calls the pod at its own address, in plaintext, and STRICT refuses plaintext.",
  },
  init: {
    clause: "its init container calls before its sidecar runs",
    sentence: "Its init container calls before its sidecar runs, and STRICT refuses plaintext.",
  },
  run: {
    clause: "it calls past its sidecar",
    sentence: "It calls past its sidecar, and STRICT refuses plaintext.",
  },
} as const;

function inClear({ verdict, call }: Arrival): keyof typeof IN_CLEAR | undefined {
  if (verdict.outcome !== "breaks") return undefined;
  const { caller, phase, target } = call;
  const isPlain = verdict.reason === "plaintext-to-strict" || verdict.reason === "proxy-sends-plaintext-to-strict";
  if (isPlain && target.type === "pods") return isProbe(call) ? "probe" : "address";
  if (verdict.reason !== "plaintext-to-strict" || caller.type !== "workload") return undefined;
  const proxied = caller.workload.replicas.every(
    ({ membership }) => membership.known && membership.proxy === "sidecar",
  );
  return proxied ? phase : undefined;
}

/** The name alone inside its namespace, `namespace/name` seen from another one. */
export function nameFrom(namespace: string, ref: ResourceRef): string {
  return ref.namespace === namespace || ref.namespace === "" ? ref.name : `${ref.namespace}/${ref.name}`;
}

export function callerName(caller: Caller, seenFrom: string): string {
  return caller.type === "workload" ? nameFrom(seenFrom, caller.workload) : caller.name;
}

/** `customers:80`, `pods of customers:3000`. */
export function targetName({ target }: Call, seenFrom: string): string {
  const name =
    target.type === "service" ? nameFrom(seenFrom, target.service) : `pods of ${nameFrom(seenFrom, target.workload)}`;
  return `${name}:${calledPort(target)}`;
}

/** `customers-v1:3000`. */
export function endpointName(arrival: Arrival, seenFrom: string): string {
  return `${nameFrom(seenFrom, arrival.workload)}:${arrival.port}`;
}

/** `api:8080, web:80 and 3 others`, as the object knows them at which that is said. */
export function endsText(ends: readonly End[], { object: { namespace } }: Place): string {
  return listed(ends.map(({ workload, port }) => `${nameFrom(namespace, workload)}:${port}`));
}

/** `unknown: the labels of namespace default are not in these files`. */
export function unknownClause(missing: readonly Missing[]): string {
  const says = [...new Set(missing.map((each) => each.says))];
  return `unknown: ${says.length === 0 ? "something is missing" : says.join("; ")}`;
}

/** `mTLS · works`, `plaintext · breaks`, `unknown`. */
export function outcomeClause(verdict: Verdict): string {
  switch (verdict.outcome) {
    case "works":
      return `${wireName(verdict.wire)} · works`;
    case "breaks":
      return `${wireName(brokenWire(verdict.reason))} · breaks`;
    case "unknown":
      return "unknown";
  }
}

/** What the caller puts on the wire when a call breaks. */
export function brokenWire(reason: BreakReason): Wire {
  switch (reason) {
    case "app-tls-to-strict":
    case "app-tls-to-http-port":
    case "rule-tls-refused":
    case "app-tls-to-gateway-http":
    case "certificate-refused-by-gateway":
      return "app-tls";
    case "mtls-to-no-proxy":
    case "mtls-to-disabled":
    case "mtls-past-proxy":
    case "mtls-to-gateway-http":
    case "no-gateway-name":
      return "mtls";
    case "plaintext-to-strict":
    case "proxy-sends-plaintext-to-strict":
    case "ztunnel-sends-plaintext-to-strict":
    case "waypoint-sends-plaintext-to-strict":
    case "not-http-to-http-port":
    case "server-speaks-first":
    case "no-gateway-server":
    case "plaintext-to-gateway-tls":
    case "not-http-to-gateway":
    case "authorization-refused":
    case "not-in-registry":
    case "no-route":
    case "removed-by-patch":
      return "plaintext";
  }
}

/** `CUSTOMER_SERVICE_URL, web-frontend.yaml:27 (certain)`. */
export function evidenceClause(evidence: Evidence, location: Location | undefined): string {
  const where = location === undefined ? "not in these files" : fileLine(location);
  return `${evidence.what}, ${where} (${evidence.confidence})`;
}

/** What a row of the list says below the caller's name: why first, then where, since a narrow list cuts the end. */
export function rowDetail(arrival: Arrival, location: Location | undefined): string {
  return clauses(verdictDetail(arrival), callDetail(arrival, location));
}

/** `CUSTOMER_SERVICE_URL (certain) · customers:80 → port 3000`: what tells of the call, and its two ends. */
export function callDetail(arrival: Arrival, location?: Location): string {
  const [evidence] = arrival.call.evidence;
  return clauses(
    evidence === undefined ? undefined : placedEvidence(evidence, location),
    `${targetName(arrival.call, arrival.workload.namespace)} → port ${arrival.port}`,
  );
}

/** `web-frontend.yaml:26 CUSTOMER_SERVICE_URL (certain)`. */
function placedEvidence({ what, confidence }: Evidence, location: Location | undefined): string {
  return `${location === undefined ? "" : `${fileLine(location)} `}${what} (${confidence})`;
}

function verdictDetail(arrival: Arrival): string | undefined {
  const { verdict } = arrival;
  switch (verdict.outcome) {
    case "works":
      return undefined;
    case "breaks":
      return reasonClause(arrival);
    case "unknown":
      return unknownClause(verdict.missing);
  }
}

/** `web-frontend.yaml:27`, as people count lines. */
export function fileLine(location: Location): string {
  return `${fileName(location.uri)}:${location.range.start.line + 1}`;
}

export function fileName(uri: string): string {
  const last = uri.slice(uri.lastIndexOf("/") + 1);
  return decoded(last);
}

/** A URI that is not well-formed is shown as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
