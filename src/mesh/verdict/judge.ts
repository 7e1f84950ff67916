/** The verdict on one call at one endpoint. */
import type { Missing } from "../answer.ts";
import type { Call, Caller, Speaks } from "../callers/call.ts";
import { isHeadless, type ServiceEndpoint } from "../client/endpoints.ts";
import { type Sends, sends } from "../client/sends.ts";
import { notEvaluated } from "../client/unevaluated.ts";
import type { Mesh } from "../mesh.ts";
import type { Service, ServicePort } from "../resources/core.ts";
import type { Labels } from "../resources/meta.ts";
import { type Acceptance, accepts, type Sent } from "../server/accepts.ts";
import { modeOf } from "../server/mode.ts";
import { portFamily } from "../server/ports.ts";
import { familyOf } from "../server/protocol.ts";
import type { Replica } from "../workload.ts";
import type { BreakReason, Verdict } from "./verdict.ts";

/** One pod of a caller, as far as its proxy matters. */
export interface CallingPod {
  readonly proxy: "none" | "sidecar" | "gateway";
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Absent where no pod of the caller is in view. */
  readonly replica?: Replica;
}

/** The pods of a caller, or what is missing to know how its calls leave. */
export function callingPods(caller: Caller): readonly (CallingPod | { readonly missing: readonly Missing[] })[] {
  if (caller.type === "gateway" && caller.workloads.length === 0) {
    const { gateway } = caller;
    return [
      { proxy: "gateway", namespace: gateway?.namespace ?? "", labels: gateway?.selector ?? {}, annotations: {} },
    ];
  }
  const workloads = caller.type === "gateway" ? caller.workloads : [caller.workload];
  return workloads.flatMap(({ replicas }) => replicas.map(callingPod));
}

export function callingPod(replica: Replica): CallingPod | { readonly missing: readonly Missing[] } {
  const { membership, namespace, labels, annotations } = replica;
  if (!membership.known) return { missing: membership.missing };
  if (membership.proxy === "ztunnel") {
    return { missing: [{ code: "kind-not-evaluated", says: "ambient callers are not evaluated yet" }] };
  }
  return {
    proxy: membership.proxy,
    namespace,
    labels,
    annotations,
    replica,
    ...(replica.ip === undefined ? {} : { ip: replica.ip }),
  };
}

/** What becomes of the call of one pod at one endpoint. Undefined where the endpoint is no pod in view. */
export function judge(
  mesh: Mesh,
  pod: CallingPod,
  call: Pick<Call, "service" | "port" | "subset" | "speaks">,
  endpoint: ServiceEndpoint,
): Verdict | undefined {
  const { at } = endpoint;
  if (at === undefined) return undefined;
  const { replica } = at;
  const { service, port, subset, speaks } = call;
  const touched = { caller: pod, callerProxy: pod.proxy, service, port, replica };
  const missing = notEvaluated(mesh, subset === undefined ? touched : { ...touched, subset });
  if (missing.length > 0) return { outcome: "unknown", missing };
  if (pod.proxy === "sidecar" && (passesThrough(port, speaks) || callsItself(pod, service, port, replica))) {
    if (mesh.config.outboundTrafficPolicy === "REGISTRY_ONLY") return notYet("REGISTRY_ONLY is not evaluated yet");
    return atServer(mesh, replica, endpoint.port, { mtls: false, because: "passthrough" }, speaks);
  }
  const sent = sends(mesh, pod.proxy, service, port, endpoint);
  if (!sent.known) return { outcome: "unknown", missing: sent.missing };
  return atServer(mesh, replica, endpoint.port, sent.sends, speaks);
}

/**
 * A sidecar's listener for an http port knows only HTTP; other bytes leave through PassthroughCluster, in clear.
 * Istio: pilot/pkg/networking/core/listener.go buildSidecarOutboundListener, fallThrough filter chain.
 */
function passesThrough(port: ServicePort, speaks: Speaks): boolean {
  return familyOf(port) === "HTTP" && speaks !== "http";
}

/**
 * A sidecar has a listener for every pod of a headless Service that is not http, but not for its own pod.
 * Istio: pilot/pkg/networking/core/listener.go buildSidecarOutboundListeners.
 */
function callsItself(pod: CallingPod, service: Service, port: ServicePort, replica: Replica): boolean {
  return isHeadless(service) && familyOf(port) !== "HTTP" && pod.replica === replica;
}

function atServer(mesh: Mesh, replica: Replica, port: number, sent: Sends, speaks: Speaks): Verdict {
  const { membership } = replica;
  if (!membership.known) return { outcome: "unknown", missing: membership.missing };
  switch (membership.proxy) {
    case "none":
      return sent.mtls ? { outcome: "breaks", reason: "mtls-to-no-proxy" } : arrivesAsIs(speaks);
    case "sidecar":
      return atSidecar(mesh, replica, port, sent, speaks);
    case "gateway":
      return notYet("what a gateway accepts is not evaluated yet");
    case "ztunnel":
      return notYet("ambient workloads are not evaluated yet");
  }
}

function atSidecar(mesh: Mesh, replica: Replica, port: number, sent: Sends, speaks: Speaks): Verdict {
  const answer = modeOf(mesh, replica, port);
  if (!answer.known) return { outcome: "unknown", missing: answer.missing };
  const acceptance = accepts(answer.mode, portFamily(mesh, replica, port), onTheWire(sent, speaks));
  if (acceptance === "ok") return sent.mtls ? { outcome: "works", wire: "mtls" } : arrivesAsIs(speaks);
  if (acceptance === "raw" && !sent.mtls) return { outcome: "works", wire: "app-tls" };
  return { outcome: "breaks", reason: breakReason(acceptance, sent, speaks) };
}

function onTheWire({ mtls }: Sends, speaks: Speaks): Sent {
  if (mtls) return speaks === "http" ? "istio-mtls-http" : "istio-mtls-tcp";
  return speaks === "tls" ? "app-tls" : speaks === "http" ? "plaintext-http" : "plaintext-tcp";
}

function arrivesAsIs(speaks: Speaks): Verdict {
  return { outcome: "works", wire: speaks === "tls" ? "app-tls" : "plaintext" };
}

function breakReason(acceptance: Acceptance, sent: Sends, speaks: Speaks): BreakReason {
  if (sent.mtls) return speaks === "http" || acceptance === "raw" ? "mtls-to-disabled" : "not-http-to-http-port";
  if (speaks === "tls") return acceptance === "tls-error" ? "app-tls-to-strict" : "app-tls-to-http-port";
  if (acceptance === "protocol-error") return "not-http-to-http-port";
  return sent.because === "no-proxy" ? "plaintext-to-strict" : "proxy-sends-plaintext-to-strict";
}

function notYet(says: string): Verdict {
  return { outcome: "unknown", missing: [{ code: "kind-not-evaluated", says }] };
}
