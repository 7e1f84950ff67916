/** What a Deployment says of its rollout. Kubernetes: pkg/controller/deployment/{sync,progress}.go, util/deployment_util.go. */
import { equal } from "../../api/json.ts";
import type { Kind } from "../../api/kinds/kind.ts";
import type { Condition, Deployment, ReplicaSet } from "../../api/shapes.ts";
import { timestamp } from "../../api/timestamp.ts";
import { type Cluster, keyOf, writeStatus } from "../cluster.ts";
import { withCondition } from "../pods/condition.ts";
import { counted } from "./replica-sets.ts";
import { numbered } from "./revisions.ts";
import { bounds } from "./scaling.ts";

/** Writes the status; tells when to look again, for a rollout that makes no progress. */
export function writeDeploymentStatus(
  cluster: Cluster,
  kind: Kind,
  given: Deployment,
  sets: readonly ReplicaSet[],
): number | undefined {
  const deployment = cluster.resources.find(kind, keyOf(given)) as Deployment | undefined;
  if (deployment === undefined) return undefined;
  const current = sets.toSorted((a, b) => numbered(b) - numbered(a))[0];
  const sum = (count: (set: ReplicaSet) => number | undefined) => sets.reduce((all, set) => all + (count(set) ?? 0), 0);
  const replicas = sum(({ status }) => status?.replicas);
  const updated = current?.status?.replicas ?? 0;
  const available = sum(({ status }) => status?.availableReplicas);
  const unavailable = Math.max(0, sum(({ spec }) => spec.replicas) - available);
  const counts = {
    ...counted("replicas", replicas),
    ...counted("updatedReplicas", updated),
    ...counted(
      "readyReplicas",
      sum(({ status }) => status?.readyReplicas),
    ),
    ...counted("availableReplicas", available),
    ...counted("unavailableReplicas", unavailable),
  };
  const isDone = updated === deployment.spec.replicas && replicas === updated && available >= updated;
  const { conditions: before, ...countsBefore } = (deployment.status ?? {}) as Record<string, unknown> &
    Deployment["status"] &
    object;
  const { observedGeneration: _, ...old } = countsBefore as Record<string, unknown>;
  const isMoving = !equal(old, counts);
  const conditions = progressing(withCondition(before, availability(deployment, available)), deployment, current, {
    isDone,
    isMoving,
  });
  writeStatus(cluster, kind, deployment, {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...counts,
    conditions,
  });
  return isDone || deployment.spec.paused === true ? undefined : deadlineMs(deployment, conditions);
}

function availability(deployment: Deployment, available: number) {
  const isEnough = available >= deployment.spec.replicas - bounds(deployment).unavailable;
  return isEnough
    ? ({
        type: "Available",
        status: "True",
        reason: "MinimumReplicasAvailable",
        message: "Deployment has minimum availability.",
      } as const)
    : ({
        type: "Available",
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      } as const);
}

function progressing(
  conditions: readonly Condition[],
  deployment: Deployment,
  current: ReplicaSet | undefined,
  { isDone, isMoving }: { readonly isDone: boolean; readonly isMoving: boolean },
): readonly Condition[] {
  if (deployment.spec.paused === true) {
    return withCondition(conditions, {
      type: "Progressing",
      status: "Unknown",
      reason: "DeploymentPaused",
      message: "Deployment is paused",
    });
  }
  if (current === undefined) return conditions;
  const set = `ReplicaSet "${current.metadata.name}"`;
  const is = (status: Condition["status"], reason: string, message: string) =>
    withCondition(conditions, { type: "Progressing", status, reason, message });
  if (isDone) return is("True", "NewReplicaSetAvailable", `${set} has successfully progressed.`);
  const before = conditions.find(({ type }) => type === "Progressing");
  if (before === undefined)
    return is("True", "NewReplicaSetCreated", `Created new replica set "${current.metadata.name}"`);
  if (isMoving) return moved(is("True", "ReplicaSetUpdated", `${set} is progressing.`));
  if (before.reason !== "NewReplicaSetAvailable" && (deadlineMs(deployment, conditions) ?? 1) <= 0) {
    return is("False", "ProgressDeadlineExceeded", `${set} has timed out progressing.`);
  }
  return conditions;
}

/** Every step of a rollout starts its deadline again. */
function moved(conditions: readonly Condition[]): readonly Condition[] {
  const lastUpdateTime = timestamp();
  return conditions.map((each) => (each.type === "Progressing" ? { ...each, lastUpdateTime } : each));
}

/** Milliseconds until a rollout that does not move counts as failed. */
function deadlineMs({ spec }: Deployment, conditions: readonly Condition[]): number | undefined {
  const condition = conditions.find(({ type }) => type === "Progressing");
  if (condition?.lastUpdateTime === undefined || condition.status === "False") return undefined;
  return Date.parse(condition.lastUpdateTime) + (spec.progressDeadlineSeconds ?? 600) * 1000 - Date.now() + 1000;
}
