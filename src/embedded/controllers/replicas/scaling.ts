/** Sizes of a Deployment's ReplicaSets. Kubernetes: pkg/controller/deployment/sync.go scaleReplicaSet, util/deployment_util.go. */
import type { Deployment, ReplicaSet } from "../../api/shapes.ts";
import { type Cluster, keyOf, kindOf } from "../cluster.ts";

export const DEPLOYMENT_CONTROLLER = "deployment-controller";

/** A percentage rounds up for the surge and down for the unavailable; both zero would never move. */
export function bounds({ spec: { replicas, strategy } }: Deployment): { surge: number; unavailable: number } {
  const { maxSurge = "25%", maxUnavailable = "25%" } = strategy.rollingUpdate ?? {};
  const surge = share(maxSurge, replicas, Math.ceil);
  const unavailable = share(maxUnavailable, replicas, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, replicas) };
}

function share(value: number | string, of: number, round: (part: number) => number): number {
  return typeof value === "number" ? value : round((Number.parseInt(value, 10) * of) / 100);
}

export function scale(cluster: Cluster, deployment: Deployment, set: ReplicaSet, replicas: number): void {
  const sets = kindOf(cluster, "apps", "ReplicaSet");
  const { surge } = bounds(deployment);
  const annotations = {
    ...set.metadata.annotations,
    "deployment.kubernetes.io/desired-replicas": String(deployment.spec.replicas),
    "deployment.kubernetes.io/max-replicas": String(deployment.spec.replicas + surge),
  };
  const isSized = Object.entries(annotations).every(([key, value]) => set.metadata.annotations?.[key] === value);
  if (set.spec.replicas === replicas && isSized) return;
  const metadata = { ...set.metadata, annotations };
  cluster.resources.update(sets, keyOf(set), { ...set, metadata, spec: { ...set.spec, replicas } });
  if (set.spec.replicas === replicas) return;
  tellScaled(cluster, deployment, set.metadata.name, set.spec.replicas, replicas);
}

export function tellScaled(cluster: Cluster, deployment: Deployment, set: string, from: number, to: number): void {
  cluster.events.record(kindOf(cluster, "apps", "Deployment"), deployment, {
    type: "Normal",
    reason: "ScalingReplicaSet",
    message: `Scaled ${to > from ? "up" : "down"} replica set ${set} from ${from} to ${to}`,
    component: DEPLOYMENT_CONTROLLER,
  });
}
