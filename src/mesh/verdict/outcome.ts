/** What becomes of one call at one address: every way it ends, in Istio's terms, with what was sent and who decided. */
import type { Missing, Place } from "../answer.ts";
import type { Speaks } from "../callers/call.ts";
import { type Cluster, goesToOriginalDestination, type Sends, sendsTo } from "../client/cluster.ts";
import {
  type CallingPod,
  type Departure,
  departures,
  hasPodListeners,
  isAddressed,
  pastKnowledge,
  type Wanted,
} from "../client/departure.ts";
import { asSeenBy, revisionOf } from "../control-plane.ts";
import { capturesInbound } from "../membership/capture.ts";
import type { Mesh } from "../mesh.ts";
import { endpointsOf, type PodInView, type ServiceEndpoint } from "../registry/endpoints.ts";
import { type ProxiedPod, scopeOf } from "../registry/scope.ts";
import { servicesNamed } from "../registry/service.ts";
import { type Acceptance, accepts, type Sent } from "../server/accepts.ts";
import { modeOf } from "../server/mode.ts";
import { portFamily } from "../server/ports.ts";
import { atZtunnel, ztunnelSends } from "./ambient/ztunnel.ts";

export type OutcomeCode =
  | "ok-plaintext"
  | "ok-mtls"
  | "ok-app-tls" // TLS of the application, end to end
  | "app-tls-to-app" // TLS of the caller's proxy arrives at the application: fine only if that serves TLS
  | "broken-no-filter-chain"
  | "broken-tls-error"
  | "broken-protocol-error"
  | "broken-tls-to-naked"
  | "broken-tls-past-proxy" // mutual TLS to a port that annotations take past the server's proxy
  | "broken-tls-to-app"
  | "broken-policy-denied" // ztunnel denies a caller without an identity
  | "broken-blackhole"
  | "broken-client-proxy"
  | "to-gateway"
  | "leaves-mesh"
  | "no-endpoints"
  | "unknown";

export interface Outcome {
  readonly code: OutcomeCode;
  /** Absent where the call does not get that far. */
  readonly endpoint?: ServiceEndpoint;
  /** What the caller put on the wire. */
  readonly sends?: Sends;
  readonly missing: readonly Missing[];
  readonly place?: Place;
}

/** One outcome per endpoint that the call may reach, or one without endpoint where it reaches none. */
export function outcomes(mesh: Mesh, pod: CallingPod, wanted: Wanted, speaks: Speaks): readonly Outcome[] {
  const seen = asSeenBy(mesh, revisionOf(mesh, pod.annotations));
  return departures(seen, pod, wanted, speaks).flatMap((departure) =>
    arrive({ mesh, seen }, pod, wanted, speaks, departure),
  );
}

/** The snapshot, and what the istiod of the caller sees of it. */
interface Sides {
  readonly mesh: Mesh;
  readonly seen: Mesh;
}

function arrive(
  sides: Sides,
  pod: CallingPod,
  wanted: Wanted,
  speaks: Speaks,
  departure: Departure,
): readonly Outcome[] {
  const { mesh } = sides;
  switch (departure.by) {
    case "unknown":
      return [{ code: "unknown", missing: departure.missing }];
    case "blackhole":
      return [{ code: "broken-blackhole", missing: [] }];
    case "refused":
      return [{ code: "broken-client-proxy", missing: [] }];
    case "direct":
    case "passthrough": {
      const because = departure.by === "direct" ? "no-proxy" : "passthrough";
      return addressed(mesh, wanted).map((endpoint) => {
        const sends: Sends = pod.proxy === "ztunnel" ? ztunnelSends(endpoint) : { tls: "none", because };
        return atEndpoint(mesh, endpoint, sends, speaks);
      });
    }
    case "cluster":
      return pod.proxy === "none" || pod.proxy === "ztunnel"
        ? []
        : throughCluster(sides, { ...pod, proxy: pod.proxy }, wanted, speaks, departure.cluster);
  }
}

function throughCluster(
  { mesh, seen }: Sides,
  pod: CallingPod & ProxiedPod,
  wanted: Wanted,
  speaks: Speaks,
  cluster: Cluster,
): readonly Outcome[] {
  const reached = reachedBy(seen, pod, wanted, cluster);
  if (reached.length === 0) return [{ code: "no-endpoints", missing: [] }];
  return reached.map((endpoint): Outcome => {
    if (hasPodListeners(cluster.service, cluster.port) && endpoint.ip !== undefined && endpoint.ip === pod.ip) {
      // A pod has no listener for its own address: what it sends there leaves past its proxy's knowledge.
      const { by } = pastKnowledge(scopeOf(seen, pod), wanted.port, speaks);
      if (by !== "passthrough") return { code: "broken-blackhole", missing: [] };
      return atEndpoint(mesh, endpoint, { tls: "none", because: "passthrough" }, speaks);
    }
    const answer = sendsTo(seen, pod, cluster, endpoint);
    return answer.known
      ? atEndpoint(mesh, endpoint, answer.sends, speaks)
      : { code: "unknown", endpoint, missing: answer.missing };
  });
}

/**
 * The endpoints of the cluster. A headless Service is called at the address of a pod: a route that leads to another
 * cluster then reaches that pod only if the other one has it too, at the port that was called where the cluster goes to
 * the original destination.
 */
function reachedBy(mesh: Mesh, pod: ProxiedPod, wanted: Wanted, cluster: Cluster): readonly ServiceEndpoint[] {
  if (!("host" in wanted)) {
    // Nothing of the Service translates the port that the application chose.
    const there = cluster.endpoints.filter((endpoint) => isAddressed(endpoint, wanted));
    return there.map((endpoint) => ({ ...endpoint, port: wanted.port }));
  }
  const asCalled = cluster.service.host === wanted.host && cluster.port.port === wanted.port;
  const called = servicesNamed(mesh, wanted.host)[0];
  if (asCalled || called?.resolution !== "original-destination" || pod.proxy === "gateway") return cluster.endpoints;
  const chosen = addressed(mesh, wanted);
  const among = (some: readonly ServiceEndpoint[], others: readonly ServiceEndpoint[]) =>
    some.filter(({ ip }) => others.some((other) => other.ip === ip));
  return goesToOriginalDestination(pod, cluster) ? among(chosen, cluster.endpoints) : among(cluster.endpoints, chosen);
}

/** Where the network itself leads: the endpoints of the Service, or the pod of the address. */
export function addressed(mesh: Mesh, wanted: Wanted): readonly ServiceEndpoint[] {
  if ("host" in wanted) {
    const service = servicesNamed(mesh, wanted.host)[0];
    const port = service?.ports.find((each) => each.port === wanted.port);
    return service === undefined || port === undefined ? [] : endpointsOf(mesh, service, port);
  }
  if ("at" in wanted) return [podAddress(wanted.at, wanted.port)];
  return mesh.workloads.flatMap((workload) =>
    workload.replicas
      .filter(({ ip }) => ip === wanted.address)
      .map((replica) => podAddress({ workload, replica }, wanted.port)),
  );
}

/** No Service tells clients anything of it. */
function podAddress(at: PodInView, port: number): ServiceEndpoint {
  const { namespace, labels, ip } = at.replica;
  return { at, port, namespace, labels, tlsMode: "", ...(ip === undefined ? {} : { ip }) };
}

export function atEndpoint(mesh: Mesh, endpoint: ServiceEndpoint, sends: Sends, speaks: Speaks): Outcome {
  const reached = { endpoint, sends, missing: [], ...(sends.place === undefined ? {} : { place: sends.place }) };
  if (endpoint.at === undefined) return { code: "leaves-mesh", ...reached };
  const { membership } = endpoint.at.replica;
  if (!membership.known) return { ...reached, code: "unknown", missing: membership.missing };
  switch (membership.proxy) {
    case "none":
      return { code: atApplication(sends, speaks), ...reached };
    case "gateway":
      return { code: "to-gateway", ...reached };
    case "sidecar":
      if (sends.tls === "istio-mutual" && sends.tunnelled === true) return { code: "ok-mtls", ...reached };
      if (!capturesInbound(endpoint.at.replica.annotations, endpoint.port)) {
        return {
          code: sends.tls === "istio-mutual" ? "broken-tls-past-proxy" : atApplication(sends, speaks),
          ...reached,
        };
      }
      return { ...reached, ...atSidecar(mesh, endpoint.at.replica, endpoint.port, sends, speaks) };
    case "ztunnel":
      return { ...reached, ...atZtunnel(mesh, endpoint, endpoint.at.replica, sends, speaks) };
  }
}

/** An application without a proxy gets the bytes as they were sent. */
function atApplication(sends: Sends, speaks: Speaks): OutcomeCode {
  switch (sends.tls) {
    case "istio-mutual":
      return "broken-tls-to-naked";
    case "simple":
    case "mutual":
      return "app-tls-to-app";
    case "none":
      return speaks === "tls" ? "ok-app-tls" : "ok-plaintext";
  }
}

function atSidecar(
  mesh: Mesh,
  replica: NonNullable<ServiceEndpoint["at"]>["replica"],
  port: number,
  sends: Sends,
  speaks: Speaks,
): Pick<Outcome, "code" | "missing"> {
  const answer = modeOf(mesh, replica, port);
  if (!answer.known) return { code: "unknown", missing: answer.missing };
  const acceptance = accepts(answer.mode, portFamily(mesh, replica, port), onTheWire(sends, speaks));
  return { code: codeOf(acceptance, sends, speaks), missing: [] };
}

function onTheWire(sends: Sends, speaks: Speaks): Sent {
  if (sends.tls === "istio-mutual") return speaks === "http" ? "istio-mtls-http" : "istio-mtls-tcp";
  if (sends.tls !== "none" || speaks === "tls") return "app-tls";
  return speaks === "http" ? "plaintext-http" : "plaintext-tcp";
}

function codeOf(acceptance: Acceptance, sends: Sends, speaks: Speaks): OutcomeCode {
  switch (acceptance) {
    case "ok":
      return sends.tls === "istio-mutual" ? "ok-mtls" : "ok-plaintext";
    case "raw":
      return sends.tls === "istio-mutual" ? "broken-tls-to-app" : atApplication(sends, speaks);
    case "no-filter-chain":
    case "tls-error":
    case "protocol-error":
      return `broken-${acceptance}`;
  }
}
