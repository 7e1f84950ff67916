/** Calls that the kubelet makes: probes, and hooks as a container starts and ends, that reach the application, past the agent to which Istio leads them. */
import { rewritesProbes } from "../membership/rewriting.ts";
import type { Mesh } from "../mesh.ts";
import { type Container, type Probe, runningContainers } from "../resources/pod.ts";
import { probedPort } from "../resources/probed-port.ts";
import type { Replica, Workload } from "../workload.ts";
import type { Call, Caller, Evidence, Speaks } from "./call.ts";

/** It has no proxy, whatever its pods have. */
const KUBELET: Caller = { type: "outside", name: "kubelet", proxy: "none" };

export function isProbe({ caller }: Pick<Call, "caller">): boolean {
  return caller === KUBELET;
}

/** What runs already shows where its probes go; of pods to come the injector's setting tells. */
export function callsFromProbes(mesh: Mesh, workload: Workload): readonly Call[] {
  return workload.replicas.flatMap((replica) => {
    if (!meetsPolicies(replica)) return [];
    if (replica.pod === undefined && rewritesProbes(mesh, replica)) return [];
    return runningContainers(replica.spec)
      .filter(({ name }) => name !== "istio-proxy")
      .flatMap((container) => askedOf(container).flatMap((probe) => probeCalls(workload, replica, container, probe)));
  });
}

export function askedOf({ probes, hooks }: Container): readonly Probe[] {
  return [...probes, ...hooks];
}

/**
 * A pod without a proxy answers its probes itself, and ambient capture lets those of the node through.
 * Istio: cni/pkg/iptables/iptables.go, the address 169.254.7.127.
 */
function meetsPolicies({ membership }: Replica): boolean {
  return !membership.known || membership.proxy === "sidecar";
}

function probeCalls(workload: Workload, replica: Replica, container: Container, probe: Probe): readonly Call[] {
  const port = probedPort(container, probe);
  const speaks = spokenBy(probe);
  const evidence = evidenceOf(workload, replica, container, probe);
  if (port === undefined || speaks === undefined || evidence === undefined) return [];
  const target = { type: "pods", workload, replicas: [replica], port } as const;
  return [{ caller: KUBELET, target, speaks, phase: "run", evidence: [evidence] }];
}

/** A command asks nothing of the network. A TCP probe is content with a connection, which the sidecar always opens. */
function spokenBy({ handler, scheme }: Probe): Speaks | undefined {
  switch (handler) {
    case "exec":
    case "tcp":
      return undefined;
    case "grpc":
      return "http";
    case "http":
      return scheme === "HTTPS" ? "tls" : "http";
  }
}

/** In the template, where it can be changed; of a pod whose template is not in view, in the pod. */
function evidenceOf(workload: Workload, replica: Replica, container: Container, probe: Probe): Evidence | undefined {
  const planned = runningContainers(workload.template.spec)
    .find(({ name }) => name === container.name)
    ?.[probe.kind.endsWith("hook") ? "hooks" : "probes"].find(({ kind }) => kind === probe.kind);
  const object = planned === undefined ? replica.pod : workload.object;
  if (object === undefined) return undefined;
  return {
    place: { object, pointer: planned?.at ?? probe.at },
    what: `${probe.kind} of container ${container.name}`,
    confidence: "certain",
  };
}
