/** What a call goes through in one proxy, by the names that patches can match. */
import type { Speaks } from "../callers/call.ts";
import { type CallingPod, departures, type Wanted } from "../client/departure.ts";
import { asSeenBy, revisionOf } from "../control-plane.ts";
import type { Mesh } from "../mesh.ts";
import { hostOf } from "../registry/host.ts";
import { sidecarFor } from "../registry/sidecar-resource.ts";
import { replicaPorts, servicesOf } from "../server/ports.ts";
import type { Replica } from "../workload.ts";

/** The part of a proxy's configuration that a call goes through. */
export type PatchContext = "SIDECAR_INBOUND" | "SIDECAR_OUTBOUND" | "GATEWAY";

export interface ClusterNames {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly subset: string;
  /** 0 for clusters of no port. */
  readonly port: number;
}

export interface Passage {
  readonly context: PatchContext;
  readonly speaks: Speaks;
  /** Where the connection enters the proxy. Absent for a gateway that calls: any of its listeners can be meant. */
  readonly port?: number;
  /** Names that a request can carry in its Host header begin with one of these. */
  readonly names: readonly string[];
  readonly clusters: readonly ClusterNames[];
}

/**
 * A call that enters the pod of a server.
 * Istio: pilot/pkg/networking/core/listener_inbound.go, cluster names inbound|PORT|| and InboundPassthroughCluster.
 */
export function inbound(mesh: Mesh, replica: Replica, port: number, speaks: Speaks): Passage {
  const sidecar = sidecarFor(asSeenBy(mesh, revisionOf(mesh, replica.annotations)), replica);
  const known = sidecar?.hasIngress === true ? sidecar.ingress : replicaPorts(mesh, replica);
  const declared = known.some((each) => each.port === port);
  const own = { name: `inbound|${port}||`, hosts: servicesOf(mesh, replica).map(hostOf), subset: "", port };
  const clusters = [declared ? own : { name: "InboundPassthroughCluster", hosts: [], subset: "", port: 0 }];
  return { context: "SIDECAR_INBOUND", speaks, port, names: [], clusters };
}

/** A call that enters the pod of a gateway. What leaves it is a call of its own. */
export function atGateway(port: number, speaks: Speaks): Passage {
  return { context: "GATEWAY", speaks, port, names: [], clusters: [] };
}

/** A call that leaves the pod of a caller: through the clusters that its routes choose. Undefined without a proxy. */
export function outbound(mesh: Mesh, pod: CallingPod, wanted: Wanted, speaks: Speaks): Passage | undefined {
  if (pod.proxy === "none" || pod.proxy === "ztunnel") return undefined;
  const seen = asSeenBy(mesh, revisionOf(mesh, pod.annotations));
  const clusters = departures(seen, pod, wanted, speaks).map((departure): ClusterNames => {
    if (departure.by !== "cluster") return { name: "PassthroughCluster", hosts: [], subset: "", port: 0 };
    const { service, port, subset } = departure.cluster;
    const name = `outbound|${port.port}|${subset?.name ?? ""}|${service.host}`;
    return { name, hosts: [service.host], subset: subset?.name ?? "", port: port.port };
  });
  const names = "host" in wanted ? [wanted.host.split(".")[0] ?? ""] : [];
  if (pod.proxy === "gateway") return { context: "GATEWAY", speaks, names, clusters };
  return { context: "SIDECAR_OUTBOUND", speaks, port: wanted.port, names, clusters };
}
