/** Patches of what Istio writes for a proxy: where they apply, and what they write there. */
import type { Labels, Meta, Pointer } from "./meta.ts";

/** Which listener, and which of its chains and filters. Absent fields hold for all. */
export interface ListenerPatchMatch {
  readonly name?: string;
  readonly port?: number;
  readonly destinationPort?: number;
  readonly listenerFilter?: string;
  /** Name of a network filter; "" where a filter is given without a name. */
  readonly filter?: string;
  /** Name of an HTTP filter; "" where one is given without a name. */
  readonly subFilter?: string;
}

export interface ClusterPatchMatch {
  readonly name?: string;
  readonly service?: string;
  readonly subset?: string;
  readonly port?: number;
}

export interface RoutePatchMatch {
  readonly name?: string;
  readonly port?: number;
  readonly virtualHost?: string;
  readonly domain?: string;
}

export interface ConfigPatch {
  readonly at: Pointer;
  readonly applyTo: string;
  /** As written, ANY where it is not. */
  readonly context: string;
  /** As written; without one a patch does nothing. */
  readonly operation?: string;
  /** Holds only for proxies of some version, or with some metadata. */
  readonly onProxy: boolean;
  readonly listener?: ListenerPatchMatch;
  readonly cluster?: ClusterPatchMatch;
  readonly route?: RoutePatchMatch;
  /** JSON of a message of Envoy, its fields in snake or in camel case. */
  readonly value: unknown;
}

export interface EnvoyFilter extends Meta {
  readonly kind: "EnvoyFilter";
  readonly workloadSelector?: Labels;
  readonly hasTargetRefs: boolean;
  readonly patches: readonly ConfigPatch[];
}
