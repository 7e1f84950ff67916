/** Deleting an object: preconditions, grace, finalizers, and what becomes of its dependents. */

import { at, listOf, mapOf, numberOf, textOf } from "../json.ts";
import type { Kind } from "../kinds/kind.ts";
import type { KubernetesObject } from "../object.ts";
import type { DeleteOptions, PropagationPolicy } from "../resources.ts";
import type { Key } from "../store/store.ts";
import { timestamp } from "../timestamp.ts";
import { admit, type Context } from "./context.ts";
import { conflict, forbidden, notFound } from "./refusals.ts";
import { isOver } from "./update.ts";

const FOREGROUND = "foregroundDeletion";
const ORPHAN = "orphan";
const PERMANENT = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** The object when it lingers, else undefined. */
export function deleteObject(
  context: Context,
  kind: Kind,
  key: Key,
  options: DeleteOptions,
): KubernetesObject | undefined {
  const before = context.store.get(kind, key);
  if (!before) throw notFound(kind, key.name);
  check(kind, before, options);
  admit(context, { kind, operation: "DELETE", before }, before, { dryRun: options.dryRun === true });
  const leaving = marked(context, kind, before, options);
  const over = isOver(kind, leaving);
  if (options.dryRun === true) return over ? undefined : leaving;
  if (!over) return leaving === before ? before : context.store.put(kind, leaving);
  context.store.remove(kind, key);
  return undefined;
}

function check(kind: Kind, { metadata }: KubernetesObject, { preconditions = {} }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions;
  if (kind.group === "" && kind.kind === "Namespace" && PERMANENT.includes(metadata.name)) {
    throw forbidden(kind, metadata.name, "this namespace may not be deleted");
  }
  const differs = (what: string, wanted: string, found: string) =>
    conflict(
      kind,
      metadata.name,
      `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${found}`,
    );
  if (uid !== undefined && uid !== metadata.uid) throw differs("UID", uid, metadata.uid);
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw differs("ResourceVersion", resourceVersion, metadata.resourceVersion);
  }
}

/** The object as one that is being deleted; the same object when it is already so. */
function marked(context: Context, kind: Kind, before: KubernetesObject, options: DeleteOptions): KubernetesObject {
  const { metadata } = before;
  const grace = graceOf(kind, before, options.gracePeriodSeconds);
  const finalizers = finalizersOf(metadata.finalizers ?? [], options.propagation);
  if (metadata.deletionTimestamp !== undefined && grace >= (metadata.deletionGracePeriodSeconds ?? 0)) return before;
  const { finalizers: _, ...kept } = metadata;
  const meta = {
    ...kept,
    deletionTimestamp: metadata.deletionTimestamp ?? timestamp(context.now() + grace * 1000),
    deletionGracePeriodSeconds: grace,
    ...(finalizers.length === 0 ? {} : { finalizers }),
    ...(metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }),
  };
  const status =
    kind.group === "" && kind.kind === "Namespace" ? { status: { ...mapOf(before.status), phase: "Terminating" } } : {};
  return { ...before, ...status, metadata: meta };
}

/** A pod that runs on a node gets time to end; anything else ends at once. */
function graceOf(kind: Kind, pod: KubernetesObject, asked: number | undefined): number {
  if (kind.group !== "" || kind.kind !== "Pod") return 0;
  const phase = textOf(at(pod, "status", "phase"));
  if (textOf(at(pod, "spec", "nodeName")) === "" || phase === "Succeeded" || phase === "Failed") return 0;
  return asked ?? numberOf(at(pod, "spec", "terminationGracePeriodSeconds")) ?? 30;
}

function finalizersOf(current: readonly string[], propagation: PropagationPolicy | undefined): readonly string[] {
  const others = current.filter((each) => each !== FOREGROUND && each !== ORPHAN);
  if (propagation === "Foreground") return [...others, FOREGROUND];
  if (propagation === "Orphan") return [...others, ORPHAN];
  return propagation === "Background" ? others : current;
}

/** The owners that hold an object: names of its references. */
export function ownersOf(object: KubernetesObject): readonly string[] {
  return listOf(object.metadata.ownerReferences).map((each) => textOf(mapOf(each).uid));
}
