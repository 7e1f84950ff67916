/** Which calls an authorization policy touches; what its rules allow is not read. */
import type { AuthorizationPolicy } from "../../../mesh/resources/istio.ts";
import type { Meta } from "../../../mesh/resources/meta.ts";
import { type Field, get, isPresent, items, text } from "../field.ts";
import { matchLabels } from "../meta.ts";

/** Istio API: the action is ALLOW where it is not set. */
export function decodeAuthorizationPolicy(root: Field): Omit<AuthorizationPolicy, keyof Meta> {
  const spec = get(root, "spec");
  const selector = matchLabels(get(spec, "selector"), "matchLabels");
  return {
    ...(selector && { selector }),
    hasTargetRefs: isPresent(get(spec, "targetRef")) || items(get(spec, "targetRefs")).length > 0,
    action: text(get(spec, "action")) ?? "ALLOW",
  };
}
