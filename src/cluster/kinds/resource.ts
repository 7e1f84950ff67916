/** A kind as it is served, where it is found, and one of its objects without what no rule reads. */
import type { LiveObject } from "../../protocol/cluster.ts";

export interface Resource {
  readonly group: string;
  readonly kind: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export function pathOf({ group, version, plural }: Resource, namespace?: string): string {
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const inside = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${inside}/${plural}`;
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Undefined for what is no object. Items of a list have no kind of their own. */
export function asLiveObject({ group, version, kind }: Resource, value: unknown): LiveObject | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const object = value as { readonly metadata?: unknown; readonly spec?: unknown };
  const metadata = metadataOf(object.metadata);
  if (metadata === undefined) return undefined;
  return {
    ...object,
    ...withoutSchemas(kind, object.spec),
    ...(kind === "ConfigMap" && { binaryData: undefined }),
    apiVersion: group === "" ? version : `${group}/${version}`,
    kind,
    metadata,
  };
}

function metadataOf(value: unknown): LiveObject["metadata"] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { managedFields: _, annotations, ...metadata } = value as Readonly<Record<string, unknown>>;
  if (typeof metadata.name !== "string") return undefined;
  const kept =
    typeof annotations === "object" && annotations !== null
      ? { annotations: Object.fromEntries(Object.entries(annotations).filter(([name]) => name !== LAST_APPLIED)) }
      : {};
  return { ...metadata, ...kept } as unknown as LiveObject["metadata"];
}

/** The schemas are nearly all of a CustomResourceDefinition, and no rule reads them. */
function withoutSchemas(kind: string, spec: unknown): object {
  if (kind !== "CustomResourceDefinition" || typeof spec !== "object" || spec === null) return {};
  const { versions } = spec as { readonly versions?: unknown };
  if (!Array.isArray(versions)) return {};
  return { spec: { ...spec, versions: versions.map((version: object) => ({ ...version, schema: undefined })) } };
}
