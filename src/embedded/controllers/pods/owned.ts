/**
 * The pods of an owner: those that name it as controller and fit its selector. One that fits and has no controller is adopted,
 * one that does not fit any more is released. Kubernetes: pkg/controller/controller_ref_manager.go.
 */
import type { Kind } from "../../api/kinds/kind.ts";
import type { KubernetesObject } from "../../api/object.ts";
import { selectorMatches } from "../../api/selector.ts";
import type { LabelSelector, Pod } from "../../api/shapes.ts";
import type { Key } from "../../api/store/store.ts";
import type { Cluster } from "../cluster.ts";
import { controllerOf, controllerReference, isEnding, keyOf, kindOf } from "../cluster.ts";

export function ownedPods(
  cluster: Cluster,
  kind: Kind,
  owner: KubernetesObject & { readonly spec: { readonly selector: LabelSelector } },
): readonly Pod[] {
  return owned<Pod>(cluster, kindOf(cluster, "", "Pod"), kind, owner);
}

export function owned<Owned extends KubernetesObject>(
  cluster: Cluster,
  of: Kind,
  kind: Kind,
  owner: KubernetesObject & { readonly spec: { readonly selector: LabelSelector } },
): readonly Owned[] {
  const all = cluster.resources.list(of, owner.metadata.namespace);
  return all.flatMap((object): readonly Owned[] => {
    const controller = controllerOf(object);
    const fits = selectorMatches(owner.spec.selector, object.metadata.labels);
    if (controller?.uid === owner.metadata.uid) {
      if (fits) return [object as Owned];
      if (!isEnding(owner)) release(cluster, of, object, owner);
      return [];
    }
    if (!fits || controller !== undefined || isEnding(object) || isEnding(owner)) return [];
    const references = [...(object.metadata.ownerReferences ?? []), controllerReference(kind, owner)];
    return [write(cluster, of, object, references) as Owned];
  });
}

function release(cluster: Cluster, of: Kind, object: KubernetesObject, owner: KubernetesObject): void {
  write(
    cluster,
    of,
    object,
    (object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid),
  );
}

function write(
  cluster: Cluster,
  of: Kind,
  object: KubernetesObject,
  references: NonNullable<KubernetesObject["metadata"]["ownerReferences"]>,
): KubernetesObject {
  const { ownerReferences: _, ...metadata } = object.metadata;
  const owners = references.length === 0 ? {} : { ownerReferences: references };
  return cluster.resources.update(of, keyOf(object), { ...object, metadata: { ...metadata, ...owners } });
}

/** Which objects of a kind a change of a pod concerns: its controller, and those that could adopt it. */
export function concerned(cluster: Cluster, kind: Kind) {
  return (pod: KubernetesObject, before: KubernetesObject | undefined): readonly Key[] => {
    const controllers = [controllerOf(pod), before === undefined ? undefined : controllerOf(before)].flatMap((each) =>
      each?.kind === kind.kind ? [{ ...namespaceOf(pod), name: each.name }] : [],
    );
    if (controllers.length > 0 || controllerOf(pod) !== undefined) return controllers;
    return cluster.resources
      .list(kind, pod.metadata.namespace)
      .filter((each) => selectorMatches((each.spec as { selector: LabelSelector }).selector, pod.metadata.labels))
      .map(keyOf);
  };
}

function namespaceOf({ metadata: { namespace } }: KubernetesObject): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}
