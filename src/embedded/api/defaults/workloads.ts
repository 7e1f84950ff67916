/** The defaults of workloads. Kubernetes: pkg/apis/apps/v1/defaults.go, pkg/apis/batch/v1/defaults.go. */
import { at, isMap, mapOf } from "../json.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";
import { eachOf, filled } from "./fill.ts";
import { podSpec } from "./pod.ts";

function withSpec(object: KubernetesObject, change: (spec: JsonMap) => JsonMap): KubernetesObject {
  return { ...object, spec: change(mapOf(object.spec)) };
}

function withTemplate(spec: JsonMap, restartPolicy = "Always"): JsonMap {
  const template = mapOf(spec.template);
  if (!isMap(spec.template)) return spec;
  return { ...spec, template: { ...template, spec: podSpec(mapOf(template.spec), restartPolicy) } };
}

export function deploymentDefaults(object: KubernetesObject): KubernetesObject {
  return withSpec(object, (spec) => {
    const strategy = filled(mapOf(spec.strategy), { type: "RollingUpdate" });
    const rolling = { rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } };
    const whole = filled(spec, { progressDeadlineSeconds: 600, replicas: 1, revisionHistoryLimit: 10 });
    return withTemplate({
      ...whole,
      strategy: strategy.type === "RollingUpdate" ? filled(strategy, rolling) : strategy,
    });
  });
}

export function replicaDefaults(object: KubernetesObject): KubernetesObject {
  return withSpec(object, (spec) => withTemplate(filled(spec, { replicas: 1 })));
}

export function statefulSetDefaults(object: KubernetesObject): KubernetesObject {
  return withSpec(object, (spec) => {
    const whole = filled(spec, {
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      podManagementPolicy: "OrderedReady",
      replicas: 1,
      revisionHistoryLimit: 10,
      updateStrategy: { type: "RollingUpdate" },
    });
    const strategy = mapOf(whole.updateStrategy);
    const rolling =
      strategy.type === "RollingUpdate" ? filled(strategy, { rollingUpdate: { partition: 0 } }) : strategy;
    return eachOf(withTemplate({ ...whole, updateStrategy: rolling }), "volumeClaimTemplates", claim);
  });
}

function claim(own: JsonMap): JsonMap {
  return filled(own, {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    spec: { volumeMode: "Filesystem" },
    status: { phase: "Pending" },
  });
}

/** A Job makes its selector itself, from its uid. Kubernetes: pkg/registry/batch/job/strategy.go generateSelector. */
export function jobDefaults(object: KubernetesObject): KubernetesObject {
  const { uid, name } = object.metadata;
  const manual = at(object, "spec", "manualSelector") === true;
  return withSpec(object, (spec) => {
    const whole = filled(
      jobSpec(spec),
      manual ? {} : { selector: { matchLabels: { "batch.kubernetes.io/controller-uid": uid } } },
    );
    const template = mapOf(whole.template);
    const own = {
      "batch.kubernetes.io/controller-uid": uid,
      "batch.kubernetes.io/job-name": name,
      "controller-uid": uid,
      "job-name": name,
    };
    const labels = manual
      ? mapOf(mapOf(template.metadata).labels)
      : { ...mapOf(mapOf(template.metadata).labels), ...own };
    return { ...whole, template: { ...template, metadata: { ...mapOf(template.metadata), labels } } };
  });
}

function jobSpec(spec: JsonMap): JsonMap {
  const fixed = spec.completions !== undefined || spec.parallelism === undefined;
  const whole = filled(spec, {
    backoffLimit: 6,
    completionMode: "NonIndexed",
    ...(fixed ? { completions: 1 } : {}),
    manualSelector: false,
    parallelism: 1,
    podReplacementPolicy: "TerminatingOrFailed",
    suspend: false,
  });
  return withTemplate(whole);
}

export function cronJobDefaults(object: KubernetesObject): KubernetesObject {
  return withSpec(object, (spec) => {
    const whole = filled(spec, {
      concurrencyPolicy: "Allow",
      failedJobsHistoryLimit: 1,
      successfulJobsHistoryLimit: 3,
      suspend: false,
    });
    const job = mapOf(whole.jobTemplate);
    return { ...whole, jobTemplate: { ...job, spec: withTemplate(mapOf(job.spec)) } };
  });
}
