/** The Scale of a workload: its replicas alone. Kubernetes: pkg/registry/apps/deployment/storage/storage.go ScaleREST. */
import { at, isMap, mapOf, numberOf, textOf } from "../json.ts";
import { selector } from "../kinds/columns/column.ts";
import type { Kind } from "../kinds/kind.ts";
import type { JsonMap, KubernetesObject, UntrustedObject } from "../object.ts";
import type { WriteOptions } from "../resources.ts";
import type { Key } from "../store/store.ts";
import type { Context } from "./context.ts";
import { badRequest, invalid, invalidObject, notFound } from "./refusals.ts";
import { storeChanged } from "./update.ts";

export function readScale(context: Context, kind: Kind, key: Key): KubernetesObject {
  const object = context.store.get(kind, key);
  if (!object) throw notFound(kind, key.name);
  return scaleOf(object);
}

export function scaleOf(object: KubernetesObject): KubernetesObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selected = selector(at(object, "spec", "selector"));
  return {
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberOf(at(object, "spec", "replicas")) ?? 0 },
    status: {
      replicas: numberOf(at(object, "status", "replicas")) ?? 0,
      ...(selected === "<none>" ? {} : { selector: selected }),
    },
  };
}

/** The Scale after the write. */
export function writeScale(
  context: Context,
  kind: Kind,
  key: Key,
  scale: UntrustedObject,
  options: WriteOptions,
): KubernetesObject {
  const before = context.store.get(kind, key);
  if (!before) throw notFound(kind, key.name);
  if (!isMap(scale)) throw badRequest("the body of the request is no Scale");
  const replicas = numberOf(at(scale, "spec", "replicas")) ?? 0;
  if (replicas < 0) {
    const fault = invalid("spec.replicas", replicas, "must be greater than or equal to 0");
    throw invalidObject({ kind: "Scale", group: "autoscaling" }, key.name, [fault]);
  }
  const revision = textOf(at(scale, "metadata", "resourceVersion"));
  const metadata: JsonMap = { ...before.metadata, resourceVersion: revision };
  const changed = {
    ...before,
    metadata: metadata as KubernetesObject["metadata"],
    spec: { ...mapOf(before.spec), replicas },
  };
  const { subresource: _, ...others } = options;
  return scaleOf(storeChanged(context, kind, before, changed, others));
}
