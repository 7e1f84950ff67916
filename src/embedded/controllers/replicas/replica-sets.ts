/** A ReplicaSet keeps as many pods as it says. Kubernetes: pkg/controller/replicaset/replica_set.go. */
import type { Pod, ReplicaSet } from "../../api/shapes.ts";
import { type Cluster, isEnding, kindOf, writeStatus } from "../cluster.ts";
import { ageMs, hasEnded, isReady } from "../pods/condition.ts";
import { createPod, deletePod } from "../pods/create.ts";
import { concerned, ownedPods } from "../pods/owned.ts";
import type { Controller } from "../reconciler.ts";

const COMPONENT = "replicaset-controller";

export function replicaSets(cluster: Cluster): Controller {
  const kind = kindOf(cluster, "apps", "ReplicaSet");
  return {
    name: COMPONENT,
    kind,
    watches: [{ kind: kindOf(cluster, "", "Pod"), concerns: concerned(cluster, kind) }],
    reconcile(object) {
      const set = object as ReplicaSet;
      const pods = ownedPods(cluster, kind, set).filter((pod) => !hasEnded(pod));
      const living = pods.filter((pod) => !isEnding(pod));
      const missing = set.spec.replicas - living.length;
      if (!isEnding(set)) {
        for (let count = 0; count < missing; count++) createPod(cluster, COMPONENT, kind, set, set.spec.template);
        const surplus = living.toSorted(byWorth).slice(0, Math.max(0, -missing));
        for (const pod of surplus) deletePod(cluster, COMPONENT, kind, set, pod);
      }
      const now = ownedPods(cluster, kind, set).filter((pod) => !hasEnded(pod) && !isEnding(pod));
      writeStatus(cluster, kind, set, statusOf(set, now));
      return soonAvailable(set.spec.minReadySeconds, now);
    },
  };
}

/** Who is least missed goes first: not placed, not ready, young. Kubernetes: ActivePodsWithRanks.Less. */
function byWorth(one: Pod, other: Pod): number {
  return placed(one) - placed(other) || Number(isReady(one)) - Number(isReady(other)) || ageMs(one) - ageMs(other);
}

function placed({ spec }: Pod): number {
  return spec.nodeName === undefined ? 0 : 1;
}

function statusOf(set: ReplicaSet, pods: readonly Pod[]) {
  const ready = pods.filter(isReady);
  const available = ready.filter((pod) => isAvailable(pod, set.spec.minReadySeconds));
  const labelled = pods.filter(({ metadata }) =>
    Object.entries(set.spec.template.metadata?.labels ?? {}).every(([key, value]) => metadata.labels?.[key] === value),
  );
  return {
    replicas: pods.length,
    ...counted("fullyLabeledReplicas", labelled.length),
    ...counted("readyReplicas", ready.length),
    ...counted("availableReplicas", available.length),
    observedGeneration: set.metadata.generation ?? 1,
  };
}

/** A count of zero is left out of a status. */
export function counted(name: string, count: number): Readonly<Record<string, number>> {
  return count === 0 ? {} : { [name]: count };
}

/** Ready for at least that long. */
export function isAvailable(pod: Pod, minReadySeconds = 0): boolean {
  return isReady(pod) && (minReadySeconds === 0 || readySinceMs(pod) >= minReadySeconds * 1000);
}

function readySinceMs({ status }: Pod): number {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return Date.now() - Date.parse(ready?.lastTransitionTime ?? "");
}

function soonAvailable(minReadySeconds = 0, pods: readonly Pod[]): number | undefined {
  if (minReadySeconds === 0) return undefined;
  const waiting = pods.filter((pod) => isReady(pod) && !isAvailable(pod, minReadySeconds));
  return waiting.length === 0 ? undefined : 1000;
}
