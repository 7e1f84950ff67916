/**
 * The ReplicaSets of a Deployment are its history: each has the template of a revision, and a template that comes back takes its
 * old set under a new number. Kubernetes: pkg/controller/deployment/sync.go getNewReplicaSet, util/deployment_util.go.
 */
import { equal } from "../../api/json.ts";
import type { Kind } from "../../api/kinds/kind.ts";
import type { Deployment, PodTemplate, ReplicaSet } from "../../api/shapes.ts";
import { type Cluster, controllerReference, keyOf, kindOf } from "../cluster.ts";
import { templateHash } from "./hash.ts";
import { bounds, tellScaled } from "./scaling.ts";

const REVISION = "deployment.kubernetes.io/revision";
const HISTORY = "deployment.kubernetes.io/revision-history";
const HASH = "pod-template-hash";

/** Annotations of a Deployment that are its own affair. */
const NOT_COPIED = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION,
  HISTORY,
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
]);

export function numbered({ metadata }: Pick<ReplicaSet, "metadata">): number {
  return Number(metadata.annotations?.[REVISION] ?? 0);
}

/** The set that has the Deployment's template now: found, or made. */
export function newSetOf(
  cluster: Cluster,
  kind: Kind,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
): ReplicaSet {
  const found = sets.find((set) => equal(withoutHash(set.spec.template), withoutHash(deployment.spec.template)));
  const highest = Math.max(0, ...sets.filter((set) => set !== found).map(numbered));
  const revision = String(found === undefined ? highest + 1 : Math.max(numbered(found), highest + 1));
  const set =
    found === undefined
      ? made(cluster, kind, deployment, sets, revision)
      : renumbered(cluster, deployment, found, revision);
  annotate(cluster, kind, deployment, revision);
  return set;
}

function withoutHash({ metadata = {}, spec }: PodTemplate) {
  const { [HASH]: _, ...labels } = metadata.labels ?? {};
  return { metadata: { labels, annotations: metadata.annotations ?? {} }, spec };
}

function made(
  cluster: Cluster,
  kind: Kind,
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  revision: string,
): ReplicaSet {
  const { template, selector, replicas, minReadySeconds } = deployment.spec;
  const hash = templateHash(template);
  const { surge } = bounds(deployment);
  const total = sets.reduce((sum, { spec }) => sum + spec.replicas, 0);
  const isRecreate = deployment.spec.strategy.type === "Recreate";
  const start = isRecreate && total > 0 ? 0 : Math.max(0, Math.min(replicas, replicas + surge - total));
  const labels = { ...template.metadata?.labels, [HASH]: hash };
  const set = cluster.resources.create(kindOf(cluster, "apps", "ReplicaSet"), deployment.metadata.namespace, {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      labels,
      annotations: {
        ...copied(deployment),
        "deployment.kubernetes.io/desired-replicas": String(replicas),
        "deployment.kubernetes.io/max-replicas": String(replicas + surge),
        [REVISION]: revision,
      },
      ownerReferences: [controllerReference(kind, deployment)],
    },
    spec: {
      replicas: start,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }) as ReplicaSet;
  if (start > 0) tellScaled(cluster, deployment, set.metadata.name, 0, start);
  return set;
}

function renumbered(cluster: Cluster, deployment: Deployment, set: ReplicaSet, revision: string): ReplicaSet {
  const before = set.metadata.annotations ?? {};
  const earlier = before[REVISION];
  const isNew = earlier !== undefined && earlier !== revision;
  const history = [before[HISTORY], earlier].filter((each) => each !== undefined).join(",");
  const annotations = {
    ...before,
    ...copied(deployment),
    [REVISION]: revision,
    ...(isNew ? { [HISTORY]: history } : {}),
  };
  if (equal(annotations, before)) return set;
  const metadata = { ...set.metadata, annotations };
  return cluster.resources.update(kindOf(cluster, "apps", "ReplicaSet"), keyOf(set), {
    ...set,
    metadata,
  }) as ReplicaSet;
}

function copied({ metadata }: Deployment): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key)));
}

function annotate(cluster: Cluster, kind: Kind, deployment: Deployment, revision: string): void {
  if (deployment.metadata.annotations?.[REVISION] === revision) return;
  const annotations = { ...deployment.metadata.annotations, [REVISION]: revision };
  const key = keyOf(deployment);
  // With the status, which does not count as a change of what is wanted.
  cluster.resources.patch(kind, key, { type: "merge", body: { metadata: { annotations } } }, { subresource: "status" });
}
