/** Who calls whom, as far as the objects tell, each claim with its evidence. */
import type { Place } from "../answer.ts";
import type { Gateway } from "../resources/istio.ts";
import { refKey } from "../resources/meta.ts";
import type { Workload } from "../workload.ts";
import { type Target, targetKey } from "./target.ts";

/** certain: a full Service name with a port that it has; likely: a short name; guess: resembles one. */
export type Confidence = "certain" | "likely" | "guess";

export interface Evidence {
  readonly place: Place;
  /** What a person would look for: `CUSTOMER_SERVICE_URL`, `VirtualService customers`. */
  readonly what: string;
  readonly confidence: Confidence;
}

/**
 * A gateway caller is the Istio proxy behind a Gateway. `workloads` are its pods; empty where none are in view, and
 * `gateway` is absent where the Gateway object is in no file.
 */
export type Caller =
  | { readonly type: "workload"; readonly name: string; readonly workload: Workload }
  | {
      readonly type: "gateway";
      readonly name: string;
      readonly namespace: string;
      readonly gateway?: Gateway;
      readonly workloads: readonly Workload[];
    }
  /** No pod in view: the API server, or a controller of somebody else's. */
  | { readonly type: "outside"; readonly name: string; readonly proxy: "none" | "unknown" };

/** What the calling application speaks. */
export type Speaks = "http" | "tcp" | "tls";

export interface Call {
  readonly caller: Caller;
  readonly target: Target;
  readonly speaks: Speaks;
  /** The caller can show a client certificate, and whether that is one of the mesh is in no object. */
  readonly certificate?: true;
  /** Init containers may run before the proxy does. */
  readonly phase: "init" | "run";
  readonly evidence: readonly Evidence[];
}

/** One string per call of a snapshot: a caller calls a port at most once in each way. */
export function callKey(call: Call): string {
  const { target, phase, speaks, certificate = false } = call;
  const subset = target.type === "service" ? target.subset : undefined;
  return [endsKey(call), phase, speaks, certificate ? "with certificate" : "", subset ?? ""].join(" ");
}

/** The same for all ways in which a caller calls a port. */
export function endsKey({ caller, target }: Call): string {
  return `${callerKey(caller)} -> ${targetKey(target)}`;
}

/** One string per caller. Gateways of one name in two namespaces are two proxies, which read different DestinationRules. */
export function callerKey(caller: Caller): string {
  switch (caller.type) {
    case "workload":
      return refKey(caller.workload);
    case "gateway":
      return `gateway ${caller.namespace}/${caller.name}`;
    case "outside":
      return `outside ${caller.name}`;
  }
}

/** Where the pods of the caller are, and the Gateway that they serve. */
export function callingNamespaces(caller: Caller): readonly string[] {
  switch (caller.type) {
    case "workload":
      return [caller.workload.namespace];
    case "gateway":
      return [caller.namespace, ...caller.workloads.map(({ namespace }) => namespace)];
    case "outside":
      return [];
  }
}
