/** What one policy changes: the arrivals that fail with it and work without it. */
import type { Overruled } from "../answer.ts";
import type { EffectiveMode, PeerAuthentication } from "../resources/istio.ts";
import type { Workload } from "../workload.ts";
import type { Arrival } from "./verdict.ts";

/** A workload whose pods have a sidecar and on which a policy decides at least one port. */
export interface Governed {
  readonly workload: Workload;
  /** The mode of ports that no port entry names. */
  readonly mode: EffectiveMode;
}

export interface PolicyImpact {
  readonly policy: PeerAuthentication;
  /** Workloads in the mesh on which the policy decides. */
  readonly governed: readonly Governed[];
  /** Workloads that the policy's selector or scope matches, in the mesh or not. */
  readonly matched: readonly Workload[];
  /** Set when another policy of the same level decides everywhere instead. */
  readonly overruled?: Overruled;
  /** Calls to governed workloads, each at its worst. */
  readonly arrivals: readonly Arrival[];
  /** Those of them that break now and work without the policy. */
  readonly breaks: readonly Arrival[];
}
