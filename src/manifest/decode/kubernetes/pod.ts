/** Pods and what they are made of. */
import type { Labels, Meta } from "../../../mesh/resources/meta.ts";
import type { Pod, PodSpec, PodStatus, PodTemplate } from "../../../mesh/resources/pod.ts";
import { defined, type Field, flag, get, items, labels, text } from "../field.ts";
import { decodeContainer } from "./container.ts";

export function decodePod(
  root: Field,
  meta: { readonly labels: Labels; readonly annotations: Labels },
): Omit<Pod, keyof Meta> {
  const spec = decodePodSpec(get(root, "spec"));
  const status = decodeStatus(get(root, "status"), spec);
  const template = { at: "", labels: meta.labels, annotations: meta.annotations, spec };
  return { template, ...(status && { status }) };
}

export function decodeTemplate(template: Field): PodTemplate {
  return {
    at: template.at,
    labels: labels(get(template, "metadata", "labels")),
    annotations: labels(get(template, "metadata", "annotations")),
    spec: decodePodSpec(get(template, "spec")),
  };
}

function decodePodSpec(spec: Field): PodSpec {
  return {
    containers: items(get(spec, "containers")).map(decodeContainer),
    initContainers: items(get(spec, "initContainers")).map(decodeContainer),
    hostNetwork: flag(get(spec, "hostNetwork")) ?? false,
    serviceAccount: text(get(spec, "serviceAccountName")) ?? text(get(spec, "serviceAccount")) ?? "default",
    configMapVolumes: items(get(spec, "volumes")).flatMap(configMapsOf),
  };
}

function configMapsOf(volume: Field): readonly string[] {
  const projected = items(get(volume, "projected", "sources")).map((source) => text(get(source, "configMap", "name")));
  return defined([text(get(volume, "configMap", "name")), ...projected]);
}

/** Only a server writes a phase: without one the pod is a plan. */
function decodeStatus(status: Field, spec: PodSpec): PodStatus | undefined {
  const phase = text(get(status, "phase"));
  if (!phase) return undefined;
  const ip = text(get(status, "podIP"));
  return {
    phase,
    ...(ip && { ip }),
    ready: items(get(status, "conditions")).some(isReadyCondition),
    containers: countContainers(status, spec),
  };
}

function isReadyCondition(condition: Field): boolean {
  return text(get(condition, "type")) === "Ready" && text(get(condition, "status")) === "True";
}

/** Kubernetes: printers/internalversion/printers.go printPod. */
function countContainers(status: Field, spec: PodSpec): PodStatus["containers"] {
  const native = new Set(
    spec.initContainers.filter(({ restartPolicy }) => restartPolicy === "Always").map(({ name }) => name),
  );
  const isReady = (container: Field) => flag(get(container, "ready")) === true;
  const ready = items(get(status, "containerStatuses")).filter(isReady).length;
  const nativeReady = items(get(status, "initContainerStatuses"))
    .filter((container) => native.has(text(get(container, "name")) ?? ""))
    .filter(isReady).length;
  return { ready: ready + nativeReady, total: spec.containers.length + native.size };
}
