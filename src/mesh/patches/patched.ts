/** What the EnvoyFilters of a proxy make of a call: nothing, an end, or nobody knows what, and which patch it is. */
import type { Missing, Place } from "../answer.ts";
import { isForRevision, revisionOf } from "../control-plane.ts";
import { gapsAt, missingFrom } from "../gaps.ts";
import { hasLabels } from "../labels.ts";
import type { Mesh } from "../mesh.ts";
import type { ConfigPatch, EnvoyFilter } from "../resources/envoy-filter.ts";
import type { Labels } from "../resources/meta.ts";
import { isHarmless } from "./harmless.ts";
import type { Passage, PatchContext } from "./passage.ts";
import { touches, touchesCluster } from "./touches.ts";

interface ProxyPod {
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
}

export type Patched =
  | { readonly by: "nothing" }
  /** What the call would go through is gone. */
  | { readonly by: "removal"; readonly place: Place }
  | { readonly by: "unknown"; readonly missing: readonly Missing[] };

const NOTHING: Patched = { by: "nothing" };

/**
 * Patches that cannot matter to the call are left out. A single one that removes all of what the call goes through ends
 * it; what any other makes of it cannot be told.
 */
export function patched(mesh: Mesh, pod: ProxyPod, passage: () => Passage | undefined, context: PatchContext): Patched {
  const filters = filtersOn(mesh, pod, context);
  const through = filters.length === 0 ? undefined : passage();
  if (through === undefined) return NOTHING;
  const unread = filters.flatMap((filter) => missingFrom(filter, gapsAt(filter, "/spec", "/metadata")));
  const telling = filters.flatMap((filter) =>
    filter.patches.filter((patch) => touches(patch, through) && !isHarmless(patch)).map((patch) => ({ filter, patch })),
  );
  const [first, ...others] = telling;
  if (unread.length === 0 && first === undefined) return NOTHING;
  if (unread.length === 0 && first !== undefined && others.length === 0 && removesAll(first.patch, through)) {
    return { by: "removal", place: { object: first.filter, pointer: first.patch.at } };
  }
  return { by: "unknown", missing: [...unread, ...telling.map(notTold)] };
}

/** Filters reach a waypoint by targetRefs alone; of their patches only those are told that have no say. */
export function patchesOfWaypoint(mesh: Mesh, waypoint: ProxyPod): readonly Missing[] {
  const filters = filtersOn(mesh, waypoint, "GATEWAY").filter(({ hasTargetRefs }) => hasTargetRefs);
  return filters.flatMap((filter) => [
    ...missingFrom(filter, gapsAt(filter, "/spec", "/metadata")),
    ...filter.patches.filter((patch) => !isHarmless(patch)).map((patch) => notTold({ filter, patch })),
  ]);
}

/**
 * Filters of the proxy's namespace and of the root namespace that select the pod. A proxy that is not of the Gateway API
 * ignores filters with targetRefs. In which order they are applied does not matter here.
 * Istio: EnvoyFilters and getMatchedEnvoyFilters (push_context.go), ShouldAttachPolicy.
 */
function filtersOn(mesh: Mesh, pod: ProxyPod, context: PatchContext): readonly EnvoyFilter[] {
  if (mesh.envoyFilters.length === 0) return [];
  const revision = revisionOf(mesh, pod.annotations);
  return mesh.envoyFilters.filter(
    (filter) =>
      (filter.namespace === pod.namespace || filter.namespace === mesh.config.rootNamespace) &&
      isForRevision(mesh, filter, revision) &&
      (gapsAt(filter, "/spec", "/metadata").length > 0 || attaches(filter, pod, context)),
  );
}

function attaches({ hasTargetRefs, workloadSelector }: EnvoyFilter, { labels }: ProxyPod, context: PatchContext) {
  if (hasTargetRefs) return context === "GATEWAY";
  return hasLabels(labels, workloadSelector ?? {});
}

/** Nothing is left to take the connection, or to send it on. */
function removesAll(patch: ConfigPatch, { context, clusters }: Passage): boolean {
  if (patch.operation !== "REMOVE" || patch.onProxy) return false;
  if (patch.applyTo === "LISTENER") return context === "SIDECAR_INBOUND";
  return patch.applyTo === "CLUSTER" && clusters.every((cluster) => touchesCluster(patch, cluster));
}

function notTold({ filter, patch }: { readonly filter: EnvoyFilter; readonly patch: ConfigPatch }): Missing {
  const { operation, applyTo, at } = patch;
  return {
    code: "undetermined",
    says: `what a patch of EnvoyFilter ${filter.namespace}/${filter.name} (${operation} ${applyTo}) makes of the call cannot be told`,
    place: { object: filter, pointer: at },
  };
}
