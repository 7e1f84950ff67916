/** Server-side apply. */
import type { Kind } from "../kinds/kind.ts";
import type { KubernetesObject } from "../object.ts";
import { schemaOf } from "../schemas/schema.ts";
import { strategicPatched } from "./strategic.ts";

export interface Applying {
  readonly manager: string;
  readonly force: boolean;
  readonly now: number;
  readonly subresource?: string;
}

export function applied(
  kind: Kind,
  version: string,
  live: KubernetesObject | undefined,
  config: KubernetesObject,
  _applying: Applying,
): KubernetesObject {
  return live ? (strategicPatched(schemaOf(kind, version), live, config) as KubernetesObject) : config;
}
