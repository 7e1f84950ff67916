/**
 * What the garbage collector does: dependents of an owner that is gone go too; one that is deleted in the foreground waits
 * for them; one that orphans them lets them go. Kubernetes: pkg/controller/garbagecollector.
 */
import type { Kind } from "../../kinds/kind.ts";
import type { KubernetesObject, OwnerReference } from "../../object.ts";
import type { WatchEvent } from "../../store/store.ts";
import type { Context } from "../context.ts";
import { deleteObject, ownersOf } from "../delete.ts";
import { isOver } from "../update.ts";

interface Owned {
  readonly kind: Kind;
  readonly object: KubernetesObject;
}

export interface Garbage {
  /** Told of every change of every kind. */
  changed(kind: Kind, event: WatchEvent): void;
}

export function createGarbage(context: Context): Garbage {
  const dependents = new Map<string, Map<string, Owned>>();

  function remember(kind: Kind, object: KubernetesObject): void {
    for (const owner of ownersOf(object)) {
      const known = dependents.get(owner) ?? new Map<string, Owned>();
      dependents.set(owner, known.set(object.metadata.uid, { kind, object }));
    }
  }

  function forget({ metadata }: KubernetesObject, owners: readonly string[]): void {
    for (const owner of owners) {
      const known = dependents.get(owner);
      known?.delete(metadata.uid);
      if (known?.size === 0) dependents.delete(owner);
    }
  }

  const dependentsOf = (uid: string) => [...(dependents.get(uid)?.values() ?? [])];

  function ownerGone(uid: string): void {
    for (const { kind, object } of dependentsOf(uid)) {
      const others = (object.metadata.ownerReferences ?? []).filter(
        (each) => each.uid !== uid && exists(context, object, each),
      );
      if (others.length === 0) remove(context, kind, object);
      else disown(context, kind, object, uid);
    }
  }

  function leaving(kind: Kind, object: KubernetesObject): void {
    const finalizers = object.metadata.finalizers ?? [];
    const { uid } = object.metadata;
    if (finalizers.includes("orphan")) {
      for (const each of dependentsOf(uid)) disown(context, each.kind, each.object, uid);
      withoutFinalizer(context, kind, object, "orphan");
    } else if (finalizers.includes("foregroundDeletion")) {
      for (const each of dependentsOf(uid)) remove(context, each.kind, each.object, "Foreground");
      const waitsFor = dependentsOf(uid).filter((each) => blocks(each.object, uid));
      if (waitsFor.length === 0) withoutFinalizer(context, kind, object, "foregroundDeletion");
    }
  }

  function ownersMayGo(object: KubernetesObject): void {
    for (const reference of object.metadata.ownerReferences ?? []) {
      const owner = find(context, object, reference);
      if (owner?.object.metadata.deletionTimestamp !== undefined) leaving(owner.kind, owner.object);
    }
  }

  return {
    changed(kind, event) {
      if (event.type === "BOOKMARK") return;
      const { object, before } = event;
      if (before) forget(object, ownersOf(before));
      if (event.type === "DELETED") {
        ownerGone(object.metadata.uid);
        ownersMayGo(object);
        return;
      }
      remember(kind, object);
      if (object.metadata.deletionTimestamp !== undefined) leaving(kind, object);
    },
  };
}

function blocks({ metadata }: KubernetesObject, uid: string): boolean {
  return (metadata.ownerReferences ?? []).some((each) => each.uid === uid && each.blockOwnerDeletion === true);
}

function find({ kinds, store }: Context, { metadata }: KubernetesObject, owner: OwnerReference): Owned | undefined {
  const group = owner.apiVersion.includes("/") ? (owner.apiVersion.split("/")[0] ?? "") : "";
  const kind = kinds.byKind(group, owner.kind);
  const { namespace } = metadata;
  const key = kind?.namespaced && namespace !== undefined ? { namespace, name: owner.name } : { name: owner.name };
  const object = kind && store.get(kind, key);
  return kind && object?.metadata.uid === owner.uid ? { kind, object } : undefined;
}

function exists(context: Context, object: KubernetesObject, owner: OwnerReference): boolean {
  return find(context, object, owner) !== undefined;
}

function remove(
  context: Context,
  kind: Kind,
  { metadata }: KubernetesObject,
  propagation: "Background" | "Foreground" = "Background",
): void {
  const current = context.store.get(kind, metadata);
  if (current?.metadata.uid === metadata.uid && current.metadata.deletionTimestamp === undefined) {
    deleteObject(context, kind, metadata, { propagation });
  }
}

function disown({ store }: Context, kind: Kind, { metadata }: KubernetesObject, uid: string): void {
  const current = store.get(kind, metadata);
  if (!current) return;
  const { ownerReferences = [], ...rest } = current.metadata;
  const others = ownerReferences.filter((each) => each.uid !== uid);
  store.put(kind, { ...current, metadata: others.length === 0 ? rest : { ...rest, ownerReferences: others } });
}

function withoutFinalizer({ store }: Context, kind: Kind, object: KubernetesObject, name: string): void {
  const current = store.get(kind, object.metadata);
  if (current?.metadata.finalizers?.includes(name) !== true) return;
  const { finalizers = [], ...rest } = current.metadata;
  const others = finalizers.filter((each) => each !== name);
  const next = { ...current, metadata: others.length === 0 ? rest : { ...rest, finalizers: others } };
  if (isOver(kind, next)) store.remove(kind, next.metadata);
  else store.put(kind, next);
}
