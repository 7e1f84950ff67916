/** A CronJob makes a Job at each minute that its schedule names. Kubernetes: pkg/controller/cronjob/cronjob_controllerv2.go. */
import { Cron } from "croner";
import type { Kind } from "../../api/kinds/kind.ts";
import type { CronJob, Job, JobStatus } from "../../api/shapes.ts";
import { timestamp } from "../../api/timestamp.ts";
import {
  type Cluster,
  controllerOf,
  controllerReference,
  isEnding,
  keyOf,
  kindOf,
  listed,
  remove,
  writeStatus,
} from "../cluster.ts";
import type { Controller } from "../reconciler.ts";

const COMPONENT = "cronjob-controller";

export function cronJobs(cluster: Cluster): Controller {
  const kind = kindOf(cluster, "batch", "CronJob");
  const jobKind = kindOf(cluster, "batch", "Job");
  return {
    name: COMPONENT,
    kind,
    watches: [
      {
        kind: jobKind,
        concerns(job) {
          const controller = controllerOf(job);
          const { namespace } = job.metadata;
          return controller?.kind === "CronJob" && namespace !== undefined
            ? [{ namespace, name: controller.name }]
            : [];
        },
      },
    ],
    reconcile(object) {
      const cron = object as CronJob;
      if (isEnding(cron) || cron.spec.suspend === true) return undefined;
      const own = listed<Job>(cluster, jobKind, cron.metadata.namespace).filter(
        (job) => controllerOf(job)?.uid === cron.metadata.uid,
      );
      tidy(cluster, jobKind, cron, own);
      const active = own.filter(({ status }) => !isOver(status));
      const timer = new Cron(cron.spec.schedule, { paused: true, timezone: cron.spec.timeZone ?? "UTC" });
      const since = new Date(cron.status?.lastScheduleTime ?? cron.metadata.creationTimestamp);
      const due = timer.nextRun(since)?.getTime();
      const isDue = due !== undefined && due <= Date.now();
      const started = isDue ? start(cluster, kind, jobKind, cron, active, due) : undefined;
      writeStatus(cluster, kind, cron, statusOf(cron, active, started, isDue ? due : undefined));
      const next = timer.nextRun()?.getTime();
      return next === undefined ? undefined : Math.max(1000, next - Date.now());
    },
  };
}

function isOver(status: JobStatus | undefined): boolean {
  return (
    status?.conditions?.some(({ type, status: is }) => ["Complete", "Failed"].includes(type) && is === "True") ?? false
  );
}

/** The job of a minute is named after it, so that no minute starts two. */
function start(
  cluster: Cluster,
  kind: Kind,
  jobKind: Kind,
  cron: CronJob,
  active: readonly Job[],
  due: number,
): Job | undefined {
  if (active.length > 0 && cron.spec.concurrencyPolicy === "Forbid") return undefined;
  if (cron.spec.concurrencyPolicy === "Replace") for (const job of active) remove(cluster, jobKind, job);
  const { metadata = {}, spec } = cron.spec.jobTemplate;
  const job = cluster.resources.create(jobKind, cron.metadata.namespace, {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      ...metadata,
      name: `${cron.metadata.name}-${Math.floor(due / 60_000)}`,
      ownerReferences: [controllerReference(kind, cron)],
    },
    spec,
  }) as Job;
  const message = `Created job ${job.metadata.name}`;
  cluster.events.record(kind, cron, { type: "Normal", reason: "SuccessfulCreate", message, component: COMPONENT });
  return job;
}

function statusOf(cron: CronJob, active: readonly Job[], started: Job | undefined, due: number | undefined) {
  const now = started === undefined ? active : [...active, started];
  const references = now.map(({ metadata: { namespace = "", name, uid, resourceVersion } }) => ({
    kind: "Job",
    namespace,
    name,
    uid,
    apiVersion: "batch/v1",
    resourceVersion,
  }));
  const { active: _, ...before } = (cron.status ?? {}) as Record<string, string>;
  return {
    ...before,
    ...(references.length === 0 ? {} : { active: references }),
    ...(due === undefined ? {} : { lastScheduleTime: timestamp(due) }),
  };
}

/** Keeps as many ended jobs as the limits say. */
function tidy(cluster: Cluster, jobKind: Kind, cron: CronJob, own: readonly Job[]): void {
  const keep = (type: string, limit: number) => {
    const ended = own.filter(({ status }) =>
      status?.conditions?.some((each) => each.type === type && each.status === "True"),
    );
    const oldest = ended.toSorted((a, b) => (keyOf(a).name < keyOf(b).name ? -1 : 1));
    for (const job of oldest.slice(0, Math.max(0, ended.length - limit))) remove(cluster, jobKind, job);
  };
  keep("Complete", cron.spec.successfulJobsHistoryLimit ?? 3);
  keep("Failed", cron.spec.failedJobsHistoryLimit ?? 1);
}
