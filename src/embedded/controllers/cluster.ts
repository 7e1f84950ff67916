/** What every controller is given: the API in process, the kinds, and where events go. */

import { equal } from "../api/json.ts";
import { apiVersionOf, type Kind, type Kinds } from "../api/kinds/kind.ts";
import type { KubernetesObject, OwnerReference } from "../api/object.ts";
import type { Resources } from "../api/resources.ts";
import { ApiError } from "../api/status.ts";
import type { Key } from "../api/store/store.ts";
import type { Recorder } from "./events.ts";

export interface Cluster {
  readonly resources: Resources;
  readonly kinds: Kinds;
  readonly events: Recorder;
  /** What went wrong inside a controller: nobody waits for its answer. */
  failed(error: Error): void;
}

/** A kind that the mesh always serves. */
export function kindOf({ kinds }: Pick<Cluster, "kinds">, group: string, kind: string): Kind {
  const found = kinds.byKind(group, kind);
  if (found === undefined) throw new Error(`the kind ${kind} of group "${group}" is not served`);
  return found;
}

/** Objects of a built-in kind, whose fields the API has checked when they came in. */
export function listed<Shape extends KubernetesObject>(
  cluster: Cluster,
  kind: Kind,
  namespace?: string,
): readonly Shape[] {
  return cluster.resources.list(kind, namespace) as unknown as readonly Shape[];
}

export function keyOf({ metadata: { namespace, name } }: KubernetesObject): Key {
  return namespace === undefined ? { name } : { namespace, name };
}

/** The reference that makes `owner` the controller of an object. Kubernetes: metav1.NewControllerRef. */
export function controllerReference(kind: Kind, { metadata: { name, uid } }: KubernetesObject): OwnerReference {
  return {
    apiVersion: apiVersionOf(kind.group, kind.storageVersion),
    kind: kind.kind,
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function controllerOf({ metadata }: KubernetesObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

export function isEnding({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** Writes a status where it differs from the one that is stored. */
export function writeStatus(
  cluster: Cluster,
  kind: Kind,
  object: KubernetesObject,
  status: KubernetesObject["status"],
) {
  if (equal(object.status, status)) return;
  cluster.resources.update(kind, keyOf(object), { ...object, status }, { subresource: "status" });
}

/** Deletes what is there; what has gone already is no error. */
export function remove(cluster: Cluster, kind: Kind, object: KubernetesObject): void {
  try {
    cluster.resources.delete(kind, keyOf(object), {
      propagation: "Background",
      preconditions: { uid: object.metadata.uid },
    });
  } catch (error) {
    if (!(error instanceof ApiError && (error.reason === "NotFound" || error.reason === "Conflict"))) throw error;
  }
}
