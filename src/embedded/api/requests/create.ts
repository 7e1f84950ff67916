/** Creating an object: name, namespace, defaults, admission, validation, storage. */

import { randomUUID } from "node:crypto";
import { decodeBody, inVersion } from "../decoding/body.ts";
import { defaulted } from "../defaults/defaults.ts";
import { mapOf, textOf } from "../json.ts";
import type { Kind } from "../kinds/kind.ts";
import type { JsonMap, KubernetesObject, ObjectMeta, UntrustedObject } from "../object.ts";
import { recordUpdate } from "../patches/managers.ts";
import type { WriteOptions } from "../resources.ts";
import { faultsOf } from "../rules/rules.ts";
import { timestamp } from "../timestamp.ts";
import { admit, builtIn, type Context, mutated } from "./context.ts";
import { generatedName } from "./names.ts";
import { alreadyExists, badRequest, forbidden, invalidObject, notFound } from "./refusals.ts";
import { initialStatus } from "./status.ts";

export function createObject(
  context: Context,
  kind: Kind,
  namespace: string | undefined,
  body: UntrustedObject,
  options: WriteOptions,
): KubernetesObject {
  const decoded = decodeBody(kind, body, options);
  return storeNew(context, kind, namespace, decoded, options);
}

/** Goes on with an object that is decoded. `owned`: its managers are told already, by an apply patch. */
export function storeNew(
  context: Context,
  kind: Kind,
  namespace: string | undefined,
  decoded: KubernetesObject,
  options: WriteOptions,
  owned = false,
): KubernetesObject {
  const named = withNewMeta(context, kind, namespace, decoded);
  checkNamespace(context, kind, named.metadata);
  const asked = { kind, operation: "CREATE" } as const;
  const fresh = defaulted(context, kind, initialStatus(kind, named));
  const changed = defaulted(context, kind, mutated(context, asked, fresh, options));
  const whole = owned ? changed : recordUpdate(kind, changed, undefined, options, context.now());
  const faults = faultsOf(kind, whole, undefined);
  const { name } = whole.metadata;
  if (faults.length > 0) throw invalidObject(kind, name, faults);
  admit(context, asked, whole, options);
  const before = context.store.get(kind, whole.metadata);
  if (before) throw alreadyExists(kind, name, before.metadata.deletionTimestamp !== undefined);
  const stored = inVersion(kind, kind.storageVersion, whole);
  return options.dryRun === true ? stored : context.store.put(kind, stored);
}

function withNewMeta(
  context: Context,
  kind: Kind,
  namespace: string | undefined,
  object: KubernetesObject,
): KubernetesObject {
  const meta: JsonMap = object.metadata;
  if (textOf(meta.resourceVersion) !== "")
    throw badRequest("resourceVersion should not be set on objects to be created");
  const own = textOf(meta.namespace);
  if (kind.namespaced && own !== "" && own !== namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  const base = textOf(meta.generateName);
  const name = textOf(meta.name) || (base === "" ? "" : generatedName(base));
  const {
    uid: _,
    resourceVersion: __,
    deletionTimestamp: ___,
    deletionGracePeriodSeconds: ____,
    selfLink: _____,
    ...kept
  } = meta;
  const metadata: ObjectMeta = {
    ...kept,
    name,
    ...(kind.namespaced && namespace !== undefined ? { namespace } : {}),
    uid: randomUUID(),
    resourceVersion: "",
    creationTimestamp: timestamp(context.now()),
    ...(hasGeneration(kind, object) ? { generation: 1 } : {}),
  };
  return { ...object, metadata };
}

/** Objects with a spec count its changes; Pods, Services and the like have a spec but count only since lately. */
function hasGeneration({ origin, kind }: Kind, object: KubernetesObject): boolean {
  if (origin === "crd") return true;
  return !UNCOUNTED.includes(kind) && mapOf(object.spec) === object.spec;
}
const UNCOUNTED = [
  "Service",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "ResourceQuota",
  "LimitRange",
  "Lease",
];

function checkNamespace(context: Context, kind: Kind, { namespace, name }: ObjectMeta): void {
  if (!kind.namespaced || namespace === undefined) return;
  const namespaces = builtIn(context, "", "namespaces");
  const found = context.store.get(namespaces, { name: namespace });
  if (!found) throw notFound(namespaces, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const cause = {
    reason: "NamespaceTerminating",
    message: `namespace ${namespace} is being terminated`,
    field: "metadata.namespace",
  };
  throw forbidden(kind, name, why, [cause]);
}
