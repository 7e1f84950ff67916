/** EnvoyFilters that patch a proxy: what they make of a call cannot be told, only which calls they touch. */
import { gapsAt } from "../gaps.ts";
import { hasLabels } from "../labels.ts";
import type { Mesh } from "../mesh.ts";
import type { EnvoyFilter } from "../resources/istio.ts";
import type { Labels } from "../resources/meta.ts";

/** The part of a proxy's configuration that a call goes through. */
export type PatchContext = "SIDECAR_INBOUND" | "SIDECAR_OUTBOUND" | "GATEWAY";

interface ProxyPod {
  readonly namespace: string;
  readonly labels: Labels;
}

const CONTEXTS: ReadonlySet<string> = new Set<PatchContext>(["SIDECAR_INBOUND", "SIDECAR_OUTBOUND", "GATEWAY"]);

/** Parts of the configuration that belong to no context. */
const WHOLE_PROXY: ReadonlySet<string> = new Set(["BOOTSTRAP", "EXTENSION_CONFIG"]);

/**
 * Filters of the proxy's namespace and of the root namespace that select the pod and patch this context of it. A proxy
 * that is not of the Gateway API ignores filters with targetRefs.
 * Istio: EnvoyFilters and getMatchedEnvoyFilters (push_context.go), ShouldAttachPolicy, patchContextMatch.
 */
export function filtersOn(mesh: Mesh, pod: ProxyPod, context: PatchContext): readonly EnvoyFilter[] {
  return mesh.envoyFilters.filter(
    (filter) =>
      (filter.namespace === pod.namespace || filter.namespace === mesh.config.rootNamespace) &&
      (gapsAt(filter, "/spec", "/metadata").length > 0 || (attaches(filter, pod, context) && patches(filter, context))),
  );
}

function attaches({ hasTargetRefs, workloadSelector }: EnvoyFilter, { labels }: ProxyPod, context: PatchContext) {
  if (hasTargetRefs) return context === "GATEWAY";
  return hasLabels(labels, workloadSelector ?? {});
}

function patches(filter: EnvoyFilter, wanted: PatchContext): boolean {
  return filter.patches.some(
    ({ applyTo, context }) => context === wanted || !CONTEXTS.has(context) || WHOLE_PROXY.has(applyTo),
  );
}
