/**
 * The shapes of every answer: a value, who decided it, or what is missing to know it.
 * There is no bare boolean and no guess: what is not known is `unknown` and names what would tell.
 */
import type { EffectiveMode, PeerAuthentication } from "./resources/istio.ts";
import { type Meta, type Pointer, under } from "./resources/meta.ts";

/** Who decided. `istio-default` means that no policy in the mesh speaks. */
export type Origin =
  | { readonly from: "istio-default" }
  | { readonly from: "mesh" | "namespace" | "workload"; readonly policy: PeerAuthentication }
  | { readonly from: "port"; readonly policy: PeerAuthentication; readonly port: number };

/** A field of an object, for links and related information. */
export interface Place {
  readonly object: Meta;
  readonly pointer: Pointer;
}

/** Something without which no verdict is possible. `says` completes "unknown: …". */
export interface Missing {
  readonly code: "namespace-labels" | "malformed" | "no-workload" | "port" | "protocol" | "injector" | "undetermined";
  readonly says: string;
  readonly place?: Place;
}

export interface Unknown {
  readonly known: false;
  readonly missing: readonly Missing[];
}

/** A known value with its origin, or what is missing. */
export type Known<T> = ({ readonly known: true } & T) | Unknown;

/** A policy that matched and lost, and why. */
export interface Overruled {
  readonly policy: PeerAuthentication;
  readonly by: PeerAuthentication;
  readonly why: "older" | "name" | "narrower";
}

/** The mode of one port (or of all ports that no entry names) of one pod. */
export interface PortModeAnswer {
  readonly mode: EffectiveMode;
  readonly origin: Origin;
}

/** The field that sets the mode: the entry of the port where that decides. Undefined where Istio's default decides. */
export function modeSetAt(
  origin: Origin,
): { readonly object: PeerAuthentication; readonly pointer: Pointer } | undefined {
  if (origin.from === "istio-default") return undefined;
  const pointer = origin.from === "port" ? under("/spec/portLevelMtls", origin.port, "mode") : "/spec/mtls/mode";
  return { object: origin.policy, pointer };
}

export function unknown(...missing: readonly Missing[]): Unknown {
  return { known: false, missing };
}
