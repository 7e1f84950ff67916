/** A Job runs pods until as many have succeeded as it wants. Kubernetes: pkg/controller/job/job_controller.go. */

import type { Kind } from "../../api/kinds/kind.ts";
import type { Condition, Job, JobStatus, Pod } from "../../api/shapes.ts";
import { timestamp } from "../../api/timestamp.ts";
import { type Cluster, isEnding, kindOf, remove, writeStatus } from "../cluster.ts";
import { isReady, withCondition } from "../pods/condition.ts";
import { createPod, deletePod } from "../pods/create.ts";
import { concerned, ownedPods } from "../pods/owned.ts";
import type { Controller } from "../reconciler.ts";
import { counted } from "../replicas/replica-sets.ts";

const COMPONENT = "job-controller";

interface Tally {
  readonly active: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
}

export function jobs(cluster: Cluster): Controller {
  const kind = kindOf(cluster, "batch", "Job");
  return {
    name: COMPONENT,
    kind,
    watches: [{ kind: kindOf(cluster, "", "Pod"), concerns: concerned(cluster, kind) }],
    reconcile(object) {
      const job = object as Job;
      if (isEnding(job)) return undefined;
      const ended = endOf(job.status);
      if (ended !== undefined) return expire(cluster, kind, job, ended);
      const tally = tallyOf(ownedPods(cluster, kind, job));
      const verdict = verdictOf(job, tally);
      if (verdict === undefined) act(cluster, kind, job, tally);
      else for (const pod of tally.active) deletePod(cluster, COMPONENT, kind, job, pod);
      const after = tallyOf(ownedPods(cluster, kind, job));
      writeStatus(cluster, kind, job, statusOf(job, after, verdict));
      if (verdict !== undefined) tell(cluster, kind, job, verdict);
      return undefined;
    },
  };
}

/** Milliseconds of the condition that ended it. */
function endOf(status: JobStatus | undefined): number | undefined {
  const end = status?.conditions?.find(
    ({ type, status: is }) => (type === "Complete" || type === "Failed") && is === "True",
  );
  return end === undefined ? undefined : Date.parse(end.lastTransitionTime ?? "");
}

function expire(cluster: Cluster, kind: Kind, job: Job, ended: number): number | undefined {
  const { ttlSecondsAfterFinished: seconds } = job.spec;
  if (seconds === undefined) return undefined;
  const left = ended + seconds * 1000 - Date.now();
  if (left > 0) return left;
  remove(cluster, kind, job);
  return undefined;
}

function tallyOf(pods: readonly Pod[]): Tally {
  const of = (phase: string) => pods.filter(({ status }) => status?.phase === phase).length;
  const active = pods.filter((pod) => !isEnding(pod) && !["Succeeded", "Failed"].includes(pod.status?.phase ?? ""));
  return { active, succeeded: of("Succeeded"), failed: of("Failed") };
}

type End = "complete" | "failed" | undefined;

function verdictOf({ spec }: Job, { active, succeeded, failed }: Tally): End {
  if (failed > (spec.backoffLimit ?? 6)) return "failed";
  // Without completions one success is enough, when nothing runs any more.
  if (spec.completions === undefined) return succeeded > 0 && active.length === 0 ? "complete" : undefined;
  return succeeded >= spec.completions ? "complete" : undefined;
}

function act(cluster: Cluster, kind: Kind, job: Job, { active, succeeded }: Tally): void {
  const { parallelism = 1, completions, suspend, template } = job.spec;
  const left = completions === undefined ? (succeeded > 0 ? 0 : parallelism) : completions - succeeded;
  const wanted = suspend === true ? 0 : Math.min(parallelism, left);
  for (let count = active.length; count < wanted; count++) createPod(cluster, COMPONENT, kind, job, template);
  for (const pod of active.slice(0, Math.max(0, active.length - wanted))) {
    if (suspend === true) deletePod(cluster, COMPONENT, kind, job, pod);
  }
}

function statusOf(job: Job, { active, succeeded, failed }: Tally, verdict: End): JobStatus {
  const conditions = conditionsOf(job.status?.conditions, verdict);
  const startTime = job.status?.startTime ?? (job.spec.suspend === true ? undefined : timestamp());
  return {
    ...(startTime === undefined ? {} : { startTime }),
    ...(verdict === "complete" ? { completionTime: timestamp() } : {}),
    ...(conditions === undefined ? {} : { conditions }),
    ...counted("active", verdict === undefined ? active.length : 0),
    ...counted("succeeded", succeeded),
    ...counted("failed", failed),
    ready: active.filter(isReady).length,
    ...{ terminating: 0, uncountedTerminatedPods: {} },
  };
}

function conditionsOf(before: readonly Condition[] | undefined, verdict: End): readonly Condition[] | undefined {
  if (verdict === undefined) return before;
  if (verdict === "complete") {
    const reached = { reason: "CompletionsReached", message: "Reached expected number of succeeded pods" };
    const met = withCondition(before, { type: "SuccessCriteriaMet", status: "True", ...reached });
    return withCondition(met, { type: "Complete", status: "True", ...reached });
  }
  const reached = { reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" };
  const met = withCondition(before, { type: "FailureTarget", status: "True", ...reached });
  return withCondition(met, { type: "Failed", status: "True", ...reached });
}

function tell(cluster: Cluster, kind: Kind, job: Job, verdict: Exclude<End, undefined>): void {
  cluster.events.record(
    kind,
    job,
    verdict === "complete"
      ? { type: "Normal", reason: "Completed", message: "Job completed", component: COMPONENT }
      : {
          type: "Warning",
          reason: "BackoffLimitExceeded",
          message: "Job has reached the specified backoff limit",
          component: COMPONENT,
        },
  );
}
