/** What is wrong with an object, beyond its types. */
import type { Kind } from "../kinds/kind.ts";
import type { KubernetesObject } from "../object.ts";
import type { Fault } from "../requests/refusals.ts";

export function faultsOf(
  _kind: Kind,
  _object: KubernetesObject,
  _before: KubernetesObject | undefined,
  _subresource?: string,
): readonly Fault[] {
  return [];
}
