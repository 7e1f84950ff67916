/** Replacing an object: conflicts, what may change, generations, the end of an object that waited for its finalizers. */
import { decodeBody, inVersion } from "../decoding/body.ts";
import { defaulted } from "../defaults/defaults.ts";
import { equal, textOf } from "../json.ts";
import type { Kind } from "../kinds/kind.ts";
import type { JsonMap, KubernetesObject, ObjectMeta, UntrustedObject } from "../object.ts";
import { recordUpdate } from "../patches/managers.ts";
import type { WriteOptions } from "../resources.ts";
import { faultsOf } from "../rules/rules.ts";
import { ApiError } from "../status.ts";
import type { Key } from "../store/store.ts";
import { admit, type Context, mutated } from "./context.ts";
import { conflict, invalidObject, modified, notFound } from "./refusals.ts";
import { permitted } from "./status.ts";

export function updateObject(
  context: Context,
  kind: Kind,
  key: Key,
  body: UntrustedObject,
  options: WriteOptions,
): KubernetesObject {
  const decoded = decodeBody(kind, body, options);
  const before = context.store.get(kind, key);
  if (!before) throw notFound(kind, key.name);
  return storeChanged(context, kind, before, decoded, options);
}

/** Goes on with what became of an object. `owned`: its managers are told already, by an apply patch. */
export function storeChanged(
  context: Context,
  kind: Kind,
  before: KubernetesObject,
  decoded: KubernetesObject,
  options: WriteOptions,
  owned = false,
): KubernetesObject {
  checkRevision(kind, decoded.metadata, before);
  const merged = permitted(
    kind,
    { ...decoded, metadata: keptMeta(decoded.metadata, before) },
    before,
    options.subresource,
  );
  const asked = {
    kind,
    operation: "UPDATE",
    before,
    ...(options.subresource ? { subresource: options.subresource } : {}),
  } as const;
  const changed = defaulted(
    context,
    kind,
    mutated(context, asked, defaulted(context, kind, merged, before), options),
    before,
  );
  const counted = options.subresource === "status" ? changed : withGeneration(kind, changed, before);
  const after = owned ? counted : recordUpdate(kind, counted, before, options, context.now());
  const faults = faultsOf(kind, after, before, options.subresource);
  if (faults.length > 0) throw invalidObject(kind, before.metadata.name, faults);
  admit(context, asked, after, options);
  const stored = inVersion(kind, kind.storageVersion, after);
  if (equal(withoutTimes(stored), withoutTimes(before))) return before;
  if (options.dryRun === true) return stored;
  return isOver(kind, stored) ? end(context, kind, stored) : context.store.put(kind, stored);
}

function checkRevision(kind: Kind, { resourceVersion, uid }: JsonMap, before: KubernetesObject): void {
  const { name } = before.metadata;
  const revision = textOf(resourceVersion);
  if (revision !== "" && !/^\d+$/.test(revision)) {
    throw new ApiError(500, "", `strconv.ParseUint: parsing ${JSON.stringify(revision)}: invalid syntax`);
  }
  if (textOf(uid) !== "" && uid !== before.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`;
    throw conflict(kind, name, why);
  }
  if (revision !== "" && revision !== before.metadata.resourceVersion) throw modified(kind, name);
}

/** What a writer cannot change stays as it was. */
function keptMeta(meta: JsonMap, before: KubernetesObject): ObjectMeta {
  const {
    uid,
    resourceVersion,
    creationTimestamp,
    generation,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    namespace,
    generateName,
    managedFields,
  } = before.metadata;
  const { selfLink: _, deletionTimestamp: __, deletionGracePeriodSeconds: ___, generation: ____, ...own } = meta;
  return {
    ...(generateName === undefined ? {} : { generateName }),
    ...own,
    ...(managedFields === undefined || own.managedFields !== undefined ? {} : { managedFields }),
    // The name is checked against the path before this.
    name: textOf(meta.name) || before.metadata.name,
    ...(namespace === undefined ? {} : { namespace }),
    uid,
    resourceVersion,
    creationTimestamp,
    ...(generation === undefined ? {} : { generation }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
  };
}

function withGeneration({ origin }: Kind, after: KubernetesObject, before: KubernetesObject): KubernetesObject {
  const { generation } = before.metadata;
  if (generation === undefined) return after;
  const counted = ({ metadata: _, status: __, apiVersion: ___, ...rest }: KubernetesObject) => rest;
  const annotations = ({ metadata }: KubernetesObject) => (before.kind === "Deployment" ? metadata.annotations : {});
  const body = origin === "crd" ? equal(counted(after), counted(before)) : equal(after.spec, before.spec);
  const same = body && equal(annotations(after) ?? {}, annotations(before) ?? {});
  return same ? after : { ...after, metadata: { ...after.metadata, generation: generation + 1 } };
}

function withoutTimes(object: KubernetesObject): JsonMap {
  const { managedFields, ...metadata } = object.metadata;
  const entries = (managedFields ?? []).map(({ time: _, ...entry }) => entry);
  return { ...object, metadata, managedFields: entries };
}

/** An object that is being deleted goes with its last finalizer, a pod only once its grace is over. */
export function isOver(kind: Kind, { metadata, spec }: KubernetesObject): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.finalizers ?? []).length > 0) return false;
  if (kind.kind === "Namespace" && kind.group === "") {
    const own = spec as { readonly finalizers?: readonly string[] } | undefined;
    return (own?.finalizers ?? []).length === 0;
  }
  return (metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

function end(context: Context, kind: Kind, object: KubernetesObject): KubernetesObject {
  context.store.remove(kind, object.metadata);
  return object;
}
