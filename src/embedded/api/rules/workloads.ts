/** What is wrong with workloads. Kubernetes: pkg/apis/apps/validation/validation.go, pkg/apis/batch/validation. */
import { at, equal, isMap, mapOf, textOf } from "../json.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";
import { type Fault, invalid, required, unsupported } from "../requests/refusals.ts";
import { selectorMatches } from "../selector.ts";
import { labelFaults } from "./metadata.ts";
import { podSpecFaults } from "./pod.ts";

export function deploymentFaults(object: KubernetesObject, before: KubernetesObject | undefined): readonly Fault[] {
  const replicas = at(object, "spec", "replicas");
  const negative = typeof replicas === "number" && replicas < 0;
  return [
    ...selectorFaults(object, before),
    ...(negative ? [invalid("spec.replicas", replicas, "must be greater than or equal to 0")] : []),
    ...templateFaults(object, "spec.template", ["Always"]),
  ];
}

export const daemonSetFaults = deploymentFaults;

function selectorFaults(object: KubernetesObject, before: KubernetesObject | undefined): readonly Fault[] {
  const { selector, template } = mapOf(object.spec);
  const labels = mapOf(mapOf(template).metadata).labels ?? {};
  const mismatch = invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
  if (before && !equal(selector, mapOf(before.spec).selector))
    return [invalid("spec.selector", selector, "field is immutable")];
  if (!isMap(selector)) return [required("spec.selector"), mismatch];
  if (Object.keys(selector).length === 0)
    return [invalid("spec.selector", selector, "empty selector is invalid for deployment")];
  return selectorMatches(selector, mapOf(labels)) ? [] : [mismatch];
}

function templateFaults(object: KubernetesObject, path: string, restart: readonly string[]): readonly Fault[] {
  const template = mapOf(at(object, ...path.split(".")));
  const spec = mapOf(template.spec);
  const policy = textOf(spec.restartPolicy);
  const labelled = { ...object, metadata: { ...object.metadata, labels: textMap(mapOf(template.metadata).labels) } };
  return [
    ...labelFaults(labelled, `${path}.metadata.labels`),
    ...podSpecFaults(spec, `${path}.spec`),
    ...(restart.includes(policy) ? [] : [restartFault(`${path}.spec.restartPolicy`, policy, restart)]),
  ];
}

/** A Job has no policy of its own accord: it must say one. */
function restartFault(field: string, policy: string, allowed: readonly string[]): Fault {
  if (policy !== "Always") return unsupported(field, policy, allowed);
  return required(field, `valid values: ${allowed.map((each) => JSON.stringify(each)).join(", ")}`);
}

function textMap(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(mapOf(value)).map(([key, each]) => [key, String(each)]));
}

const ENDING = ["OnFailure", "Never"];

export function jobFaults(object: KubernetesObject, before: KubernetesObject | undefined): readonly Fault[] {
  const template = (each: KubernetesObject) => withoutLabels(mapOf(mapOf(each.spec).template));
  const changed = before !== undefined && !equal(template(object), template(before));
  return [
    ...(changed ? [invalid("spec.template", mapOf(object.spec).template, "field is immutable")] : []),
    ...templateFaults(object, "spec.template", ENDING),
  ];
}

function withoutLabels({ metadata: _, ...rest }: JsonMap): JsonMap {
  return rest;
}

export function cronJobFaults(object: KubernetesObject): readonly Fault[] {
  const schedule = textOf(at(object, "spec", "schedule"));
  return [...scheduleFaults(schedule), ...templateFaults(object, "spec.jobTemplate.spec.template", ENDING)];
}

/** Kubernetes reads schedules with robfig/cron. */
function scheduleFaults(schedule: string): readonly Fault[] {
  if (schedule === "") return [required("spec.schedule")];
  if (schedule.startsWith("@")) return [];
  const fields = schedule.trim().split(/\s+/);
  if (fields.length === 5) return [];
  return [
    invalid("spec.schedule", schedule, `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`),
  ];
}
