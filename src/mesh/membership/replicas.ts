/** Groups pods under the workloads that people name, and predicts the pods that no server has seen yet. */

import { byCreation, compareText } from "../age.ts";
import { inNamespace } from "../by-namespace.ts";
import { gapsAt } from "../gaps.ts";
import { hasLabels } from "../labels.ts";
import { rememberedFrom } from "../memo.ts";
import { type Labels, type ResourceRef, refKey, under } from "../resources/meta.ts";
import type { Controller, Pod } from "../resources/pod.ts";
import type { Replica, Workload } from "../workload.ts";
import { observedMembership } from "./observed.ts";
import { isOwned, ownerOf } from "./owners.ts";
import { decidingFor, type InjectionContext, predictedMembership } from "./predicted.ts";

/** Pods that have ended answer no call and make none. */
const ENDED = ["Succeeded", "Failed"];

/** By namespace; in each, workloads in the order of their manifests, then those of which only pods tell. */
export function workloadsOf(
  context: InjectionContext,
  controllers: readonly Controller[],
  pods: readonly Pod[],
): readonly Workload[] {
  const namespaces = new Set([...controllers, ...pods].map(({ namespace }) => namespace));
  return [...namespaces]
    .toSorted(compareText)
    .flatMap((namespace) => workloadsIn(context, inNamespace(controllers, namespace), inNamespace(pods, namespace)));
}

/** The workloads of one namespace, made of the controllers and pods in it: owners are of the namespace of their pods. */
export function workloadsIn(
  context: InjectionContext,
  controllers: readonly Controller[],
  pods: readonly Pod[],
): readonly Workload[] {
  const byKey = new Map(controllers.map((controller) => [refKey(controller), controller]));
  const observed = pods.filter((pod) => pod.status !== undefined && !ENDED.includes(pod.status.phase));
  const groups = Map.groupBy(observed, (pod) => refKey(ownerOf(pod, byKey, controllers)));

  const planned = controllers
    .filter((controller) => !isOwned(controller, byKey))
    .map((controller) => plannedWorkload(context, controller, groups.get(refKey(controller)) ?? []));
  const unmanaged = [...groups.values()]
    .map((group) => ({ group, ref: ownerOf(group[0] as Pod, byKey, controllers) }))
    .filter(({ ref }) => !byKey.has(refKey(ref)))
    .map(({ group, ref }) => observedWorkload(context, ref, group));
  const plannedPods = pods.filter((pod) => pod.status === undefined).map((pod) => plannedWorkload(context, pod, []));
  return [...planned, ...plannedPods, ...unmanaged];
}

const known = rememberedFrom<Controller | Pod, Workload>();

/** The same workload again while its manifest, its pods and what decides about injection are the same. */
function plannedWorkload(context: InjectionContext, object: Controller | Pod, pods: readonly Pod[]): Workload {
  return known(object, [...decidingFor(context, object.namespace), ...pods], () => fromManifest(context, object, pods));
}

function fromManifest(context: InjectionContext, object: Controller | Pod, pods: readonly Pod[]): Workload {
  const { kind, namespace, name, template } = object;
  const afterRestart = predictedMembership(context, { object, template });
  // A template that cannot be read may differ from its pods in anything: then nothing is known of pods to come.
  const isUnread = gapsAt(object, under(template.at, "metadata")).length > 0;
  const current = pods.filter((pod) => !isUnread && !rolledOut(template.labels, template.annotations, pod));
  const predicted: Replica = {
    namespace,
    labels: afterInjection(template.labels, afterRestart),
    annotations: template.annotations,
    spec: template.spec,
    membership: afterRestart,
  };
  const replicas = current.length > 0 ? current.map(replicaOf) : [predicted];
  return { kind, namespace, name, object, template, replicas, afterRestart };
}

/** Where a rollout has left pods of two templates, the youngest tells best what the next one would be. */
function observedWorkload(context: InjectionContext, ref: ResourceRef, pods: readonly Pod[]): Workload {
  const [first] = pods.toSorted((a, b) => byCreation(b, a) || compareText(a.name, b.name)) as [Pod, ...Pod[]];
  const from = [refKey(ref), ...decidingFor(context, first.namespace), ...pods];
  return known(first, from, () => fromPods(context, ref, first, pods));
}

function fromPods(context: InjectionContext, ref: ResourceRef, first: Pod, pods: readonly Pod[]): Workload {
  const afterRestart = predictedMembership(context, { object: first, template: first.template });
  return { ...ref, object: first, template: first.template, replicas: pods.map(replicaOf), afterRestart };
}

function replicaOf(pod: Pod): Replica {
  const { template, status } = pod;
  return {
    pod,
    namespace: pod.namespace,
    labels: template.labels,
    annotations: template.annotations,
    spec: template.spec,
    ...(status?.ip === undefined ? {} : { ip: status.ip }),
    membership: observedMembership(pod),
  };
}

/** The label by which istiod tells clients is on the live pod, not in the template. */
function afterInjection(labels: Labels, membership: Replica["membership"]): Labels {
  return membership.known && membership.clientsBelieve ? { ...labels, "security.istio.io/tlsMode": "istio" } : labels;
}

/** Labels that controllers and the injector add to pods. */
const ADDED_LABELS =
  /^(pod-template-(hash|generation)|controller-(revision-hash|uid)|job-name|statefulset\.kubernetes\.io\/|apps\.kubernetes\.io\/|batch\.kubernetes\.io\/|topology\.kubernetes\.io\/|service\.istio\.io\/|security\.istio\.io\/tlsMode|networking\.istio\.io\/tunnel|istio\.io\/rev)/;
/** Annotations that decide about injection and capture; the injector's own status is none of the author's. */
const DECIDING_ANNOTATIONS = /^(sidecar\.istio\.io\/(?!status)|traffic\.sidecar\.istio\.io\/|inject\.istio\.io\/)/;

/** A template that differs from its pods in what decides about them makes new pods once it is applied. */
function rolledOut(labels: Labels, annotations: Labels, pod: Pod): boolean {
  const { template } = pod;
  // What cannot be read does not differ.
  if (gapsAt(pod, "/metadata/labels", "/metadata/annotations").length > 0) return false;
  const authored = Object.entries(template.labels).filter(([key]) => !ADDED_LABELS.test(key));
  const deciding = Object.entries(template.annotations).filter(([key]) => DECIDING_ANNOTATIONS.test(key));
  return !(
    hasLabels(template.labels, labels) &&
    hasLabels(labels, Object.fromEntries(authored)) &&
    hasLabels(
      template.annotations,
      Object.fromEntries(Object.entries(annotations).filter(([key]) => DECIDING_ANNOTATIONS.test(key))),
    ) &&
    hasLabels(annotations, Object.fromEntries(deciding))
  );
}
