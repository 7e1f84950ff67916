/**
 * A StatefulSet has pods with numbers: they come in order, each when the one before it is ready, and go from the last.
 * Kubernetes: pkg/controller/statefulset/stateful_set_control.go.
 */
import type { Kind } from "../../api/kinds/kind.ts";
import type { JsonMap } from "../../api/object.ts";
import type { Pod, StatefulSet } from "../../api/shapes.ts";
import { type Cluster, controllerReference, isEnding, kindOf, writeStatus } from "../cluster.ts";
import { hasEnded, isReady } from "../pods/condition.ts";
import { createPod, deletePod } from "../pods/create.ts";
import { concerned, ownedPods } from "../pods/owned.ts";
import type { Controller } from "../reconciler.ts";
import { templateHash } from "./hash.ts";
import { counted, isAvailable } from "./replica-sets.ts";

const COMPONENT = "statefulset-controller";
const REVISION = "controller-revision-hash";

export function statefulSets(cluster: Cluster): Controller {
  const kind = kindOf(cluster, "apps", "StatefulSet");
  return {
    name: COMPONENT,
    kind,
    watches: [{ kind: kindOf(cluster, "", "Pod"), concerns: concerned(cluster, kind) }],
    reconcile(object) {
      const set = object as StatefulSet;
      const revision = `${set.metadata.name}-${templateHash(set.spec.template)}`;
      if (!isEnding(set)) {
        keepRevision(cluster, kind, set, revision);
        act(cluster, kind, set, ownedPods(cluster, kind, set), revision);
      }
      writeStatus(cluster, kind, set, statusOf(set, ownedPods(cluster, kind, set), revision));
      return undefined;
    },
  };
}

function act(cluster: Cluster, kind: Kind, set: StatefulSet, pods: readonly Pod[], revision: string): void {
  const byNumber = new Map(pods.map((pod) => [numberOf(pod), pod]));
  const isParallel = set.spec.podManagementPolicy === "Parallel";
  for (let number = 0; number < set.spec.replicas; number++) {
    const pod = byNumber.get(number);
    if (pod === undefined) create(cluster, kind, set, number, revision);
    else if (hasEnded(pod) && !isEnding(pod)) deletePod(cluster, COMPONENT, kind, set, pod);
    const isUp = pod !== undefined && isReady(pod) && !isEnding(pod);
    if (!isUp && !isParallel) return;
  }
  const surplus = pods.filter((pod) => numberOf(pod) >= set.spec.replicas).toSorted(byNumberDescending);
  for (const pod of isParallel ? surplus : surplus.slice(0, 1)) {
    if (!isEnding(pod)) deletePod(cluster, COMPONENT, kind, set, pod);
  }
  if (surplus.length === 0) update(cluster, kind, set, pods, revision);
}

/** From the last to the partition, one at a time. */
function update(cluster: Cluster, kind: Kind, set: StatefulSet, pods: readonly Pod[], revision: string): void {
  const { type, rollingUpdate } = set.spec.updateStrategy;
  if (type !== "RollingUpdate" || pods.some((pod) => isEnding(pod) || !isReady(pod))) return;
  const old = pods.filter(
    (pod) => numberOf(pod) >= (rollingUpdate?.partition ?? 0) && pod.metadata.labels?.[REVISION] !== revision,
  );
  const [last] = old.toSorted(byNumberDescending);
  if (last !== undefined) deletePod(cluster, COMPONENT, kind, set, last);
}

function create(cluster: Cluster, kind: Kind, set: StatefulSet, number: number, revision: string): void {
  const name = `${set.metadata.name}-${number}`;
  const { serviceName, volumeClaimTemplates = [], template } = set.spec;
  const claims = volumeClaimTemplates.map((claim) => claimOf(cluster, set, claim, name));
  const volumes = (template.spec as JsonMap).volumes as readonly JsonMap[] | undefined;
  createPod(cluster, COMPONENT, kind, set, template, {
    name,
    labels: {
      "apps.kubernetes.io/pod-index": String(number),
      [REVISION]: revision,
      "statefulset.kubernetes.io/pod-name": name,
    },
    spec: {
      hostname: name,
      ...(serviceName === undefined || serviceName === "" ? {} : { subdomain: serviceName }),
      ...(claims.length === 0 ? {} : { volumes: [...(volumes ?? []), ...claims] }),
    },
  });
}

/** The claim stays when the pod goes, so that the next one of its number finds it. */
function claimOf(cluster: Cluster, { metadata }: StatefulSet, template: JsonMap, pod: string): JsonMap {
  const kind = kindOf(cluster, "", "PersistentVolumeClaim");
  const { name } = template.metadata as { readonly name: string };
  const claimName = `${name}-${pod}`;
  const { namespace } = metadata;
  const key = namespace === undefined ? { name: claimName } : { namespace, name: claimName };
  if (cluster.resources.find(kind, key) === undefined) {
    cluster.resources.create(kind, namespace, {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { ...(template.metadata as JsonMap), name: claimName },
      spec: template.spec,
    });
  }
  return { name, persistentVolumeClaim: { claimName } };
}

function keepRevision(cluster: Cluster, kind: Kind, set: StatefulSet, name: string): void {
  const revisions = kindOf(cluster, "apps", "ControllerRevision");
  const { namespace = "" } = set.metadata;
  if (cluster.resources.find(revisions, { namespace, name }) !== undefined) return;
  const earlier = cluster.resources
    .list(revisions, namespace)
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid));
  cluster.resources.create(revisions, namespace, {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: { name, labels: set.metadata.labels ?? {}, ownerReferences: [controllerReference(kind, set)] },
    data: { spec: { template: { ...set.spec.template, $patch: "replace" } } },
    revision: Math.max(0, ...earlier.map(({ revision }) => Number(revision))) + 1,
  });
}

function statusOf(set: StatefulSet, pods: readonly Pod[], revision: string) {
  const living = pods.filter((pod) => !isEnding(pod));
  const updated = living.filter(({ metadata }) => metadata.labels?.[REVISION] === revision);
  const isDone = updated.length === living.length && living.length === set.spec.replicas && living.every(isReady);
  const current = isDone ? revision : (set.status?.currentRevision ?? revision);
  return {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: living.length,
    ...counted("readyReplicas", living.filter(isReady).length),
    ...counted("currentReplicas", living.filter(({ metadata }) => metadata.labels?.[REVISION] === current).length),
    ...counted("updatedReplicas", updated.length),
    currentRevision: current,
    updateRevision: revision,
    collisionCount: 0,
    availableReplicas: living.filter((pod) => isAvailable(pod, set.spec.minReadySeconds)).length,
  };
}

function numberOf({ metadata }: Pod): number {
  return Number(/-(\d+)$/.exec(metadata.name)?.[1] ?? -1);
}

function byNumberDescending(one: Pod, other: Pod): number {
  return numberOf(other) - numberOf(one);
}
