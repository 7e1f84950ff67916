/** The tables of workloads. Kubernetes: pkg/printers/internalversion/printers.go. */
import { at, mapOf, mapsOf, textOf } from "../../json.ts";
import type { KubernetesObject } from "../../object.ts";
import type { PrinterColumn } from "../kind.ts";
import { AGE, age, count, duration, NAME, pairs, TEMPLATE, text, wide } from "./column.ts";

const spec = (object: KubernetesObject, ...path: readonly string[]) => at(object, "spec", ...path);
const status = (object: KubernetesObject, ...path: readonly string[]) => at(object, "status", ...path);
const ready: PrinterColumn = text(
  "Ready",
  (object) => `${status(object, "readyReplicas") ?? 0}/${spec(object, "replicas") ?? 0}`,
);

export const DEPLOYMENT: readonly PrinterColumn[] = [
  NAME,
  ready,
  count("Up-to-date", (object) => status(object, "updatedReplicas")),
  count("Available", (object) => status(object, "availableReplicas")),
  AGE,
  ...TEMPLATE,
];

export const REPLICA_SET: readonly PrinterColumn[] = [
  NAME,
  count("Desired", (object) => spec(object, "replicas")),
  count("Current", (object) => status(object, "replicas")),
  count("Ready", (object) => status(object, "readyReplicas")),
  AGE,
  ...TEMPLATE,
];

export const STATEFUL_SET: readonly PrinterColumn[] = [NAME, ready, AGE, ...TEMPLATE.slice(0, 2)];

export const DAEMON_SET: readonly PrinterColumn[] = [
  NAME,
  count("Desired", (object) => status(object, "desiredNumberScheduled")),
  count("Current", (object) => status(object, "currentNumberScheduled")),
  count("Ready", (object) => status(object, "numberReady")),
  count("Up-to-date", (object) => status(object, "updatedNumberScheduled")),
  count("Available", (object) => status(object, "numberAvailable")),
  text("Node Selector", (object) => pairs(spec(object, "template", "spec", "nodeSelector"))),
  AGE,
  ...TEMPLATE,
];

export const JOB: readonly PrinterColumn[] = [
  NAME,
  text("Status", jobStatus),
  text("Completions", completions),
  text("Duration", jobDuration),
  AGE,
  ...TEMPLATE,
];

function jobStatus(job: KubernetesObject): string {
  const holds = (wanted: string) =>
    mapsOf(status(job, "conditions")).some(({ type, status: value }) => type === wanted && value === "True");
  if (holds("Complete")) return "Complete";
  if (holds("Failed")) return "Failed";
  if (job.metadata.deletionTimestamp !== undefined) return "Terminating";
  if (holds("Suspended")) return "Suspended";
  if (holds("FailureTarget")) return "FailureTarget";
  return holds("SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running";
}

function completions(job: KubernetesObject): string {
  const done = status(job, "succeeded") ?? 0;
  const wanted = spec(job, "completions");
  const parallel = Number(spec(job, "parallelism") ?? 0);
  if (wanted !== undefined) return `${done}/${wanted}`;
  return parallel > 1 ? `${done}/1 of ${parallel}` : `${done}/1`;
}

function jobDuration(job: KubernetesObject, now: number): string {
  const start = textOf(status(job, "startTime"));
  if (start === "") return "";
  const end = textOf(status(job, "completionTime"));
  return duration((end === "" ? now : Date.parse(end)) - Date.parse(start));
}

export const CRON_JOB: readonly PrinterColumn[] = [
  NAME,
  text("Schedule", (object) => textOf(spec(object, "schedule"))),
  text("Timezone", (object) => textOf(spec(object, "timeZone")) || "<none>"),
  text("Suspend", (object) => (spec(object, "suspend") === true ? "True" : "False")),
  count("Active", (object) => mapsOf(status(object, "active")).length),
  text("Last Schedule", (object, now) => {
    const last = status(object, "lastScheduleTime");
    return last === undefined ? "<none>" : age(last, now);
  }),
  AGE,
  wide("Containers", (object) =>
    containers(object)
      .map(({ name }) => name)
      .join(","),
  ),
  wide("Images", (object) =>
    containers(object)
      .map(({ image }) => image)
      .join(","),
  ),
  wide("Selector", (object) => {
    const labels = mapOf(spec(object, "jobTemplate", "spec", "selector")).matchLabels;
    return pairs(labels);
  }),
];

function containers(object: KubernetesObject) {
  return mapsOf(spec(object, "jobTemplate", "spec", "template", "spec", "containers"));
}

export const AUTOSCALER: readonly PrinterColumn[] = [
  NAME,
  text("Reference", (object) => `${spec(object, "scaleTargetRef", "kind")}/${spec(object, "scaleTargetRef", "name")}`),
  text("Targets", targets),
  text("MinPods", (object) => String(spec(object, "minReplicas") ?? "<unset>")),
  count("MaxPods", (object) => spec(object, "maxReplicas")),
  count("Replicas", (object) => status(object, "currentReplicas")),
  AGE,
];

/** Nothing is measured here, so what is used stays unknown. */
function targets(autoscaler: KubernetesObject): string {
  const metrics = mapsOf(spec(autoscaler, "metrics"));
  const each = metrics.map((metric) => {
    const { name, target } = mapOf(metric.resource);
    return `${name}: <unknown>/${mapOf(target).averageUtilization ?? mapOf(target).averageValue}${mapOf(target).averageUtilization === undefined ? "" : "%"}`;
  });
  return each.join(", ") || "<none>";
}

export const DISRUPTION_BUDGET: readonly PrinterColumn[] = [
  NAME,
  text("Min Available", (object) => String(spec(object, "minAvailable") ?? "N/A")),
  text("Max Unavailable", (object) => String(spec(object, "maxUnavailable") ?? "N/A")),
  count("Allowed Disruptions", (object) => status(object, "disruptionsAllowed")),
  AGE,
];
