/** What the API server fills into objects of built-in kinds. */
import type { Kind } from "../kinds/kind.ts";
import type { KubernetesObject } from "../object.ts";
import type { Context } from "../requests/context.ts";

export function defaulted(
  _context: Context,
  _kind: Kind,
  object: KubernetesObject,
  _before?: KubernetesObject,
): KubernetesObject {
  return object;
}
