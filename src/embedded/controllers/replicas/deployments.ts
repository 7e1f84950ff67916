/** A Deployment rolls its pods from one ReplicaSet to the next. Kubernetes: pkg/controller/deployment/{sync,rolling,recreate}.go. */
import type { Deployment, Pod, ReplicaSet } from "../../api/shapes.ts";
import { type Cluster, controllerOf, isEnding, kindOf, listed, remove } from "../cluster.ts";
import { hasEnded } from "../pods/condition.ts";
import { owned } from "../pods/owned.ts";
import type { Controller } from "../reconciler.ts";
import { writeDeploymentStatus } from "./deployment-status.ts";
import { newSetOf, numbered } from "./revisions.ts";
import { bounds, DEPLOYMENT_CONTROLLER, scale } from "./scaling.ts";

export function deployments(cluster: Cluster): Controller {
  const kind = kindOf(cluster, "apps", "Deployment");
  const setKind = kindOf(cluster, "apps", "ReplicaSet");
  const ownerOf = (object: Parameters<typeof controllerOf>[0]) => {
    const controller = controllerOf(object);
    const { namespace } = object.metadata;
    return controller?.kind !== "Deployment" || namespace === undefined ? [] : [{ namespace, name: controller.name }];
  };
  return {
    name: DEPLOYMENT_CONTROLLER,
    kind,
    watches: [
      { kind: setKind, concerns: ownerOf },
      {
        // Recreate waits until the last old pod is gone.
        kind: kindOf(cluster, "", "Pod"),
        concerns(pod) {
          const { namespace } = pod.metadata;
          const set = controllerOf(pod);
          if (set?.kind !== "ReplicaSet" || namespace === undefined) return [];
          const found = cluster.resources.find(setKind, { namespace, name: set.name });
          return found === undefined ? [] : ownerOf(found);
        },
      },
    ],
    reconcile(object) {
      const deployment = object as Deployment;
      const sets = owned<ReplicaSet>(cluster, setKind, kind, deployment);
      if (!isEnding(deployment)) progress(cluster, deployment, sets);
      const now = owned<ReplicaSet>(cluster, setKind, kind, deployment);
      return writeDeploymentStatus(cluster, kind, deployment, now);
    },
  };
}

function progress(cluster: Cluster, deployment: Deployment, sets: readonly ReplicaSet[]): void {
  if (deployment.spec.paused === true) {
    scalePaused(cluster, deployment, sets);
    return;
  }
  const kind = kindOf(cluster, "apps", "Deployment");
  const current = newSetOf(cluster, kind, deployment, sets);
  const others = sets.filter(({ metadata }) => metadata.uid !== current.metadata.uid);
  if (deployment.spec.strategy.type === "Recreate") recreate(cluster, deployment, current, others);
  else roll(cluster, deployment, current, others);
  forget(cluster, deployment, others);
}

/** A paused Deployment is scaled, and nothing else: its newest set takes the difference. */
function scalePaused(cluster: Cluster, deployment: Deployment, sets: readonly ReplicaSet[]): void {
  const active = sets.filter(({ spec }) => spec.replicas > 0).toSorted((a, b) => numbered(b) - numbered(a));
  const [newest, ...older] = active;
  if (newest === undefined) return;
  const rest = older.reduce((sum, { spec }) => sum + spec.replicas, 0);
  scale(cluster, deployment, newest, Math.max(0, deployment.spec.replicas - rest));
}

function recreate(cluster: Cluster, deployment: Deployment, current: ReplicaSet, others: readonly ReplicaSet[]): void {
  for (const set of others) scale(cluster, deployment, set, 0);
  const old = new Set(others.map(({ metadata }) => metadata.uid));
  const pods = listed<Pod>(cluster, kindOf(cluster, "", "Pod"), deployment.metadata.namespace);
  const isWaiting = pods.some((pod) => old.has(controllerOf(pod)?.uid ?? "") && !hasEnded(pod));
  if (!isWaiting) scale(cluster, deployment, current, deployment.spec.replicas);
}

/** Never more pods than replicas and surge, never fewer available ones than replicas without the unavailable. */
function roll(cluster: Cluster, deployment: Deployment, current: ReplicaSet, others: readonly ReplicaSet[]): void {
  const { replicas } = deployment.spec;
  const { surge, unavailable } = bounds(deployment);
  const total = [current, ...others].reduce((sum, { spec }) => sum + spec.replicas, 0);
  if (current.spec.replicas > replicas) scale(cluster, deployment, current, replicas);
  else {
    const room = Math.max(0, replicas + surge - total);
    scale(cluster, deployment, current, Math.min(replicas, current.spec.replicas + room));
  }
  const needed = replicas - unavailable;
  const available = [current, ...others].reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0);
  const unready = others.map((set) => Math.max(0, set.spec.replicas - (set.status?.availableReplicas ?? 0)));
  let surplus = Math.max(0, available - needed);
  others.forEach((set, index) => {
    const broken = unready[index] ?? 0;
    const healthy = Math.min(surplus, set.spec.replicas - broken);
    surplus -= healthy;
    scale(cluster, deployment, set, set.spec.replicas - broken - healthy);
  });
}

/** Keeps as many empty sets as the history is long. */
function forget(cluster: Cluster, { spec }: Deployment, others: readonly ReplicaSet[]): void {
  const empty = others.filter(({ spec: { replicas }, status }) => replicas === 0 && (status?.replicas ?? 0) === 0);
  const surplus = Math.max(0, empty.length - (spec.revisionHistoryLimit ?? 10));
  const oldest = empty.toSorted((a, b) => numbered(a) - numbered(b)).slice(0, surplus);
  for (const set of oldest) remove(cluster, kindOf(cluster, "apps", "ReplicaSet"), set);
}
