/** Objects as they are sent: in the order of Go's structs, as tables, or their metadata alone. */
import type { Kind, Version } from "../kinds/kind.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";

const META_ORDER = [
  "name",
  "generateName",
  "namespace",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "labels",
  "annotations",
  "ownerReferences",
  "finalizers",
  "managedFields",
];

/** Built-in kinds come as Go's structs write them, those of a CRD sorted. */
export function sent({ origin }: Kind, object: KubernetesObject): JsonMap {
  const { apiVersion, kind, metadata, ...body } = object;
  if (origin === "crd") return { apiVersion, kind, metadata: ordered(metadata), ...body };
  return { kind, apiVersion, metadata: ordered(metadata), ...body };
}

function ordered(metadata: JsonMap): JsonMap {
  const known = META_ORDER.flatMap((name) => (metadata[name] === undefined ? [] : [[name, metadata[name]] as const]));
  return Object.fromEntries(known);
}

export function tableOf(
  version: Version,
  objects: readonly JsonMap[],
  meta: JsonMap,
  options: { readonly now: number; readonly include: string; readonly headers?: boolean },
): JsonMap {
  const columns = version.columns.map(({ name, type, format, description, priority }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: meta,
    columnDefinitions: options.headers === false ? [] : columns,
    rows: objects.map((object) => ({
      cells: version.columns.map(({ cell }) => cell(object as KubernetesObject, options.now)),
      ...(options.include === "None" ? {} : { object: options.include === "Object" ? object : metadataOf(object) }),
    })),
  };
}

export function metadataOf({ metadata }: JsonMap): JsonMap {
  return {
    kind: "PartialObjectMetadata",
    apiVersion: "meta.k8s.io/v1",
    ...(metadata === undefined ? {} : { metadata }),
  };
}
