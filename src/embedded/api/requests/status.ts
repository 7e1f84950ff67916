/** What of an object a write to it, or to its status, may change. */
import { mapOf } from "../json.ts";
import type { Kind } from "../kinds/kind.ts";
import type { KubernetesObject } from "../object.ts";

/** The status that a new object has, whatever was sent. */
export function initialStatus(kind: Kind, object: KubernetesObject): KubernetesObject {
  if (!hasStatus(kind)) return object;
  const { status: _, ...rest } = object;
  if (kind.origin === "crd") return rest;
  if (kind.kind === "Pod") return { ...rest, status: { phase: "Pending", qosClass: qosClass(object) } };
  if (kind.kind === "Namespace") {
    return { ...rest, spec: { ...mapOf(object.spec), finalizers: ["kubernetes"] }, status: { phase: "Active" } };
  }
  if (kind.kind === "Service") return { ...rest, status: { loadBalancer: {} } };
  return { ...rest, status: kind.kind === "Node" ? (object.status ?? {}) : {} };
}

export function hasStatus({ subresources }: Kind): boolean {
  return subresources.some(({ name }) => name === "status");
}

/** `after` in what the write may change, `before` in the rest. */
export function permitted(
  kind: Kind,
  after: KubernetesObject,
  before: KubernetesObject,
  subresource: string | undefined,
): KubernetesObject {
  if (!hasStatus(kind)) return after;
  if (subresource === "binding") return after;
  if (subresource !== "status") {
    const { status: _, ...rest } = after;
    return before.status === undefined ? rest : { ...rest, status: before.status };
  }
  const { status: _, ...rest } = before;
  const { managedFields } = after.metadata;
  const meta = kind.origin === "crd" ? before.metadata : { ...before.metadata, ...statusMeta(after) };
  const metadata = managedFields === undefined ? meta : { ...meta, managedFields };
  return after.status === undefined ? { ...rest, metadata } : { ...rest, metadata, status: after.status };
}

function statusMeta({ metadata }: KubernetesObject) {
  const { labels, annotations } = metadata;
  return { ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
}

/** Kubernetes: pkg/apis/core/v1/helper/qos/qos.go ComputePodQOS, for requests and limits of containers. */
function qosClass({ spec }: KubernetesObject): string {
  const containers = [mapOf(spec).containers, mapOf(spec).initContainers].flatMap((each) =>
    Array.isArray(each) ? each.map(mapOf) : [],
  );
  const resources = containers.map((each) => mapOf(each.resources));
  const amounts = (each: unknown) => ["cpu", "memory"].map((name) => mapOf(each)[name]);
  const none = resources.every(({ requests, limits }) =>
    [...amounts(requests), ...amounts(limits)].every((x) => x === undefined),
  );
  if (none) return "BestEffort";
  const all = resources.every(({ requests, limits }) =>
    amounts(limits).every((limit, index) => limit !== undefined && (amounts(requests)[index] ?? limit) === limit),
  );
  return all ? "Guaranteed" : "Burstable";
}
