/** Who owns which field of an object. */
import type { Kind } from "../kinds/kind.ts";
import type { KubernetesObject } from "../object.ts";
import type { WriteOptions } from "../resources.ts";

export function recordUpdate(
  _kind: Kind,
  after: KubernetesObject,
  _before: KubernetesObject | undefined,
  _options: WriteOptions,
  _now: number,
): KubernetesObject {
  return after;
}
