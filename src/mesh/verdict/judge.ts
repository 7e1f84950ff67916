/** The verdict on one call of one pod, at each place that it reaches. */
import type { Call, Speaks } from "../callers/call.ts";
import type { Sends } from "../client/cluster.ts";
import type { CallingPod, Wanted } from "../client/departure.ts";
import { gapsAt } from "../gaps.ts";
import { capturesInbound, capturesOutbound, isProxysOwn } from "../membership/capture.ts";
import type { Mesh } from "../mesh.ts";
import { atGateway, inbound, outbound } from "../patches/passage.ts";
import { type Patched, patched } from "../patches/patched.ts";
import type { ServiceEndpoint } from "../registry/endpoints.ts";
import { hostOf } from "../registry/host.ts";
import type { Service } from "../resources/core.ts";
import { refusedBy } from "../server/authorization.ts";
import { servicesOf } from "../server/ports.ts";
import type { Replica } from "../workload.ts";
import { throughWaypoint, waypointFor } from "./ambient/waypoint.ts";
import { addressed, type Outcome, outcomes } from "./outcome.ts";
import { untoldAtCaller, untoldAtServer, untoldRefusals } from "./partly-read.ts";
import { gatewayVerdict } from "./server/gateway.ts";
import { HANGS, hangs } from "./server/hanging.ts";
import type { BreakReason, Verdict } from "./verdict.ts";

export interface Judged {
  readonly endpoint: ServiceEndpoint;
  readonly verdict: Verdict;
  /** The pod that calls: its peers tell more of the call. */
  readonly itself?: true;
}

/**
 * Invariant: every pod in view behind the call, but for the one that calls, has an entry, so that silence is never taken
 * for an all-clear.
 */
export function judge(
  mesh: Mesh,
  pod: CallingPod,
  call: Pick<Call, "target" | "speaks" | "certificate">,
): readonly Judged[] {
  const all = aimsOf(call).flatMap((aim) => judgeAim(mesh, pod, aim, call.speaks));
  const others = all.filter(({ itself }) => itself !== true);
  const judged = others.length > 0 ? others : all;
  return call.certificate === true ? judged.map(withCertificate) : judged;
}

/** Whoever shows a certificate of the mesh is let in. */
function withCertificate({ endpoint, verdict }: Judged): Judged {
  const isRefused = verdict.outcome === "breaks" && WITHOUT_CERTIFICATE.includes(verdict.reason);
  if (!isRefused) return { endpoint, verdict };
  return {
    endpoint,
    verdict: unknownVerdict("whether the caller shows a certificate of the mesh is not in these files"),
  };
}

const WITHOUT_CERTIFICATE: readonly BreakReason[] = [
  "plaintext-to-strict",
  "app-tls-to-strict",
  "proxy-sends-plaintext-to-strict",
];

/** One address, or all that a Service stands for. */
interface Aim {
  readonly wanted: Wanted;
  readonly service?: Service;
  readonly ip?: string;
  /** For people. */
  readonly name: string;
}

function aimsOf({ target }: Pick<Call, "target">): readonly Aim[] {
  if (target.type === "pods") {
    const { workload, replicas, port } = target;
    const name = `the pods of ${workload.kind} ${workload.name}`;
    return replicas.map((replica) => {
      const ip = replica.ip === undefined ? {} : { ip: replica.ip };
      return { wanted: { at: { workload, replica }, port }, name, ...ip };
    });
  }
  const { service, port, subset } = target;
  const { clusterIP } = service;
  const ip = clusterIP === undefined || clusterIP === "None" ? {} : { ip: clusterIP };
  const wanted = { host: hostOf(service), port: port.port, ...(subset === undefined ? {} : { subset }) };
  return [{ wanted, service, name: `Service ${service.name}`, ...ip }];
}

/** To the address of a pod a proxy follows the rules of a headless Service that has it, or that would if it could be read. */
function servicesAt(mesh: Mesh, { proxy }: CallingPod, { wanted, service }: Aim): readonly (Service | undefined)[] {
  if (service !== undefined || !("at" in wanted) || proxy === "none" || proxy === "ztunnel") return [service];
  const headless = servicesOf(mesh, wanted.at.replica).filter((each) => {
    const isHeadless = each.clusterIP === "None" && each.ports.some(({ port }) => port === wanted.port);
    return isHeadless || gapsAt(each, "/spec/clusterIP", "/spec/ports").length > 0;
  });
  return headless.length === 0 ? [undefined] : headless;
}

function judgeAim(mesh: Mesh, pod: CallingPod, aim: Aim, speaks: Speaks): readonly Judged[] {
  const { wanted, service, name } = aim;
  const everywhere = (verdict: Verdict) => addressed(mesh, wanted).map((endpoint) => ({ endpoint, verdict }));

  const untold = servicesAt(mesh, pod, aim).flatMap((each) => untoldAtCaller(mesh, pod, each));
  if (untold.length > 0) return everywhere({ outcome: "unknown", missing: untold });
  const captured = captureOf(pod, aim);
  if (captured === "unknown") return everywhere(unknownVerdict(`the address of ${name} is not in these files`));
  const leaving: CallingPod = captured ? pod : { ...pod, proxy: "none" };
  const patches = atCaller(mesh, leaving, wanted, speaks);
  if (patches !== undefined) return everywhere(patches);

  const waypoint = waypointFor(mesh, leaving, wanted, service);
  if (waypoint.by === "unknown") return everywhere({ outcome: "unknown", missing: waypoint.missing });
  const through =
    waypoint.by === "waypoint" ? throughWaypoint(mesh, leaving, waypoint.waypoint, aim, speaks) : undefined;
  if (through !== undefined && "ends" in through) return everywhere(through.ends);
  const client = through?.as ?? leaving;
  const found = through?.outcomes ?? outcomes(mesh, leaving, wanted, speaks);
  const judged = found.flatMap((outcome): readonly Judged[] => {
    const { endpoint } = outcome;
    if (endpoint === undefined) return everywhere(verdictOf(outcome, speaks, client));
    const ended = endedAt(mesh, endpoint, outcome, speaks, client);
    const port = service?.ports.find((each) => each.port === wanted.port);
    const verdict = speaks === "tcp" && hangs(mesh, client, port, outcome) ? HANGS : ended;
    return [{ endpoint, verdict: authorized(mesh, client, endpoint, atServer(mesh, endpoint, verdict, speaks)) }];
  });
  return judged
    .filter(({ endpoint }) => endpoint.at !== undefined)
    .map((each) => (isItself(pod, aim, each.endpoint) ? { ...each, ...toItself(speaks) } : each));
}

/**
 * What a pod sends to its own address stays on its loopback, past both sides of its proxy, unless that is captured too.
 * Istio: tools/istio-iptables/pkg/capture/run.go, "Do not redirect app calls to back itself via Envoy".
 */
function isItself(pod: CallingPod, { wanted, service }: Aim, { ip }: ServiceEndpoint): boolean {
  const byAddress = "at" in wanted || service?.clusterIP === "None";
  const included = pod.annotations["traffic.sidecar.istio.io/includeOutboundIPRanges"] ?? "";
  return byAddress && pod.proxy === "sidecar" && ip !== undefined && ip === pod.ip && !included.includes("127.");
}

function toItself(speaks: Speaks): Pick<Judged, "itself" | "verdict"> {
  return { itself: true, verdict: { outcome: "works", wire: speaks === "tls" ? "app-tls" : "plaintext" } };
}

/** The pods that the target itself leads to. */
export function behind(mesh: Mesh, call: Pick<Call, "target">): readonly ServiceEndpoint[] {
  return aimsOf(call).flatMap(({ wanted }) => addressed(mesh, wanted));
}

function captureOf(pod: CallingPod, { wanted, ip }: Aim): boolean | "unknown" {
  if (pod.proxy !== "sidecar") return true;
  return capturesOutbound(pod.annotations, { port: wanted.port, ...(ip === undefined ? {} : { ip }) });
}

/** Who arrives without mutual TLS has no identity that a policy could know. */
function authorized(mesh: Mesh, pod: CallingPod, { at, port }: ServiceEndpoint, verdict: Verdict): Verdict {
  if (at === undefined || verdict.outcome !== "works" || !isGuarded(at.replica, port)) return verdict;
  const missing = untoldRefusals(mesh, at.replica);
  if (missing.length > 0) return { outcome: "unknown", missing };
  const account = pod.serviceAccount;
  const identity = account === undefined ? "not-known" : { namespace: pod.namespace, account };
  const policy = refusedBy(mesh, at.replica, verdict.wire === "mtls" ? { port, identity } : { port });
  if (policy === undefined) return verdict;
  return { outcome: "breaks", reason: "authorization-refused", place: { object: policy, pointer: "/spec" } };
}

function isGuarded({ membership, annotations }: Replica, port: number): boolean {
  if (!membership.known) return false;
  if (membership.proxy === "sidecar") return capturesInbound(annotations, port);
  return membership.proxy === "ztunnel" || (membership.proxy === "gateway" && !isProxysOwn(port));
}

/** What EnvoyFilters make of the call in the caller's proxy, where they make anything of it. */
function atCaller(mesh: Mesh, pod: CallingPod, wanted: Wanted, speaks: Speaks): Verdict | undefined {
  const context = pod.proxy === "gateway" ? "GATEWAY" : "SIDECAR_OUTBOUND";
  return ofPatches(patched(mesh, pod, () => outbound(mesh, pod, wanted, speaks), context));
}

/** What could only be read in part at the server keeps a verdict from being final, and so do patches of its sidecar. */
function atServer(mesh: Mesh, { at, port }: ServiceEndpoint, verdict: Verdict, speaks: Speaks): Verdict {
  if (at === undefined || verdict.outcome === "unknown") return verdict;
  const missing = untoldAtServer(mesh, at);
  if (missing.length > 0) return { outcome: "unknown", missing };
  const { replica } = at;
  if (!isGuarded(replica, port)) return verdict;
  const patches = ofPatches(patchesAt(mesh, replica, port, speaks));
  return patches === undefined || (patches.outcome === "breaks" && verdict.outcome === "breaks") ? verdict : patches;
}

function patchesAt(mesh: Mesh, replica: Replica, port: number, speaks: Speaks): Patched {
  switch (proxyOf(replica)) {
    case "sidecar":
      return patched(mesh, replica, () => inbound(mesh, replica, port, speaks), "SIDECAR_INBOUND");
    case "gateway":
      return patched(mesh, replica, () => atGateway(port, speaks), "GATEWAY");
    default:
      return { by: "nothing" };
  }
}

function ofPatches(found: Patched): Verdict | undefined {
  switch (found.by) {
    case "nothing":
      return undefined;
    case "removal":
      return { outcome: "breaks", reason: "removed-by-patch", place: found.place };
    case "unknown":
      return { outcome: "unknown", missing: found.missing };
  }
}

function proxyOf({ membership }: Replica): CallingPod["proxy"] | undefined {
  return membership.known ? membership.proxy : undefined;
}

function endedAt(
  mesh: Mesh,
  { at, port }: ServiceEndpoint,
  outcome: Outcome,
  speaks: Speaks,
  pod: CallingPod,
): Verdict {
  const { code, sends } = outcome;
  return code === "to-gateway" && at !== undefined && sends !== undefined
    ? gatewayVerdict(mesh, { ...at, port }, sends, speaks)
    : verdictOf(outcome, speaks, pod);
}

function verdictOf(outcome: Outcome, speaks: Speaks, pod: CallingPod): Verdict {
  const { code, sends, place } = outcome;
  switch (code) {
    case "ok-mtls":
      return { outcome: "works", wire: "mtls" };
    case "ok-plaintext":
      return { outcome: "works", wire: "plaintext" };
    case "ok-app-tls":
      return { outcome: "works", wire: "app-tls" };
    case "app-tls-to-app":
      return unknownVerdict("whether the application serves the TLS that its callers are told to speak is not known");
    case "to-gateway":
    case "leaves-mesh":
    case "no-endpoints":
      return unknownVerdict("the call reaches no pod in these files");
    case "unknown":
      return { outcome: "unknown", missing: outcome.missing };
    default: {
      const reason = breakReason(code, sends, speaks, pod);
      return { outcome: "breaks", reason, ...(place === undefined ? {} : { place }) };
    }
  }
}

type Broken = Extract<Outcome["code"], `broken-${string}`>;

function breakReason(code: Broken, sends: Sends | undefined, speaks: Speaks, pod: CallingPod): BreakReason {
  switch (code) {
    case "broken-policy-denied":
      return pod.proxy === "none" ? "plaintext-to-strict" : "proxy-sends-plaintext-to-strict";
    case "broken-blackhole":
      return "not-in-registry";
    case "broken-client-proxy":
      return "no-route";
    case "broken-tls-to-naked":
      return "mtls-to-no-proxy";
    case "broken-tls-past-proxy":
      return "mtls-past-proxy";
    case "broken-tls-to-app":
      return "mtls-to-disabled";
    case "broken-no-filter-chain":
    case "broken-tls-error":
    case "broken-protocol-error":
      return refusal(code, sends, speaks, pod);
  }
}

function refusal(code: Broken, sends: Sends | undefined, speaks: Speaks, pod: CallingPod): BreakReason {
  if (sends?.tls === "simple" || sends?.tls === "mutual") return "rule-tls-refused";
  if (sends?.tls === "istio-mutual") return speaks === "http" ? "mtls-to-disabled" : "not-http-to-http-port";
  if (speaks === "tls") return code === "broken-tls-error" ? "app-tls-to-strict" : "app-tls-to-http-port";
  if (code === "broken-protocol-error") return "not-http-to-http-port";
  if (sends?.tls === "none" && sends.because === "waypoint") return "waypoint-sends-plaintext-to-strict";
  if (pod.proxy === "ztunnel") return "ztunnel-sends-plaintext-to-strict";
  return pod.proxy === "none" ? "plaintext-to-strict" : "proxy-sends-plaintext-to-strict";
}

function unknownVerdict(says: string): Verdict {
  return { outcome: "unknown", missing: [{ code: "undetermined", says }] };
}
