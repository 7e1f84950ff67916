/** Which workload a pod belongs to. */
import { gapsAt } from "../gaps.ts";
import { hasLabels } from "../labels.ts";
import { type Labels, type ResourceRef, refKey } from "../resources/meta.ts";
import type { Controller, Pod } from "../resources/pod.ts";

/**
 * The controller behind a pod: its owner, and the owner's owner where that is known or can be told from the name.
 * A pod without owner belongs to the one controller of its namespace whose selector takes it in, else to itself.
 */
export function ownerOf(
  pod: Pod,
  byKey: ReadonlyMap<string, Controller>,
  controllers: readonly Controller[],
): ResourceRef {
  const [owner] = pod.owners;
  const { namespace } = pod;
  if (owner === undefined) {
    const adopting = controllers.filter(
      (each) => each.namespace === namespace && selects(selectorOf(each), pod.labels),
    );
    const [only] = adopting;
    return adopting.length === 1 && only !== undefined ? refOf(only) : { kind: "Pod", namespace, name: pod.name };
  }
  const direct: ResourceRef = { kind: owner.kind, namespace, name: owner.name };
  const [grandOwner] = byKey.get(refKey(direct))?.owners ?? [];
  if (grandOwner !== undefined) return { kind: grandOwner.kind, namespace, name: grandOwner.name };
  return byNamePattern(direct, pod.labels["pod-template-hash"], byKey);
}

/** The API server takes no selector without labels: one that seems empty could not be read. */
function selects(selector: Labels, labels: Labels): boolean {
  return Object.keys(selector).length > 0 && hasLabels(labels, selector);
}

/**
 * The API server takes only a selector that selects the template: where it could not be read, the labels of the template
 * stand for it. Istio's are for Istio, and not for telling pods apart.
 */
function selectorOf(controller: Controller): Labels {
  const { selector = {}, template } = controller;
  if (gapsAt(controller, "/spec/selector").length === 0) return selector;
  return Object.fromEntries(Object.entries(template.labels).filter(([key]) => !ISTIO_LABEL.test(key)));
}

const ISTIO_LABEL = /(^|\.)istio\.io\//;

/** A Deployment names its ReplicaSets `<name>-<hash>`, a CronJob its Jobs `<name>-<time>`. */
function byNamePattern(
  ref: ResourceRef,
  hash: string | undefined,
  byKey: ReadonlyMap<string, Controller>,
): ResourceRef {
  if (ref.kind === "ReplicaSet" && hash !== undefined && ref.name.endsWith(`-${hash}`)) {
    return { ...ref, kind: "Deployment", name: ref.name.slice(0, -hash.length - 1) };
  }
  const [, stem] = ref.kind === "Job" ? (/^(.+)-\d+$/.exec(ref.name) ?? []) : [];
  const cronJob: ResourceRef = { ...ref, kind: "CronJob", name: stem ?? "" };
  return stem !== undefined && byKey.has(refKey(cronJob)) ? cronJob : ref;
}

/** A controller that another controller in view made is not a workload of its own. */
export function isOwned(controller: Controller, byKey: ReadonlyMap<string, Controller>): boolean {
  return controller.owners.some((owner) => byKey.has(refKey({ ...owner, namespace: controller.namespace })));
}

function refOf({ kind, namespace, name }: ResourceRef): ResourceRef {
  return { kind, namespace, name };
}
