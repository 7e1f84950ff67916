/** Which proxies an EnvoyFilter patches; what a patch does is not read. */
import type { EnvoyFilter } from "../../../mesh/resources/istio.ts";
import type { Meta } from "../../../mesh/resources/meta.ts";
import { type Field, get, items, text } from "../field.ts";
import { matchLabels } from "../meta.ts";

export function decodeEnvoyFilter(root: Field): Omit<EnvoyFilter, keyof Meta> {
  const spec = get(root, "spec");
  const workloadSelector = matchLabels(get(spec, "workloadSelector"), "labels");
  return {
    ...(workloadSelector && { workloadSelector }),
    hasTargetRefs: items(get(spec, "targetRefs")).length > 0,
    patches: items(get(spec, "configPatches")).map((patch) => ({
      applyTo: text(get(patch, "applyTo")) ?? "INVALID",
      // Istio API: EnvoyConfigObjectMatch.context is ANY where it is not set.
      context: text(get(patch, "match", "context")) ?? "ANY",
    })),
  };
}
