/** The same call again where nothing of it differs: what is known of it, above all how it arrives, stays known. */
import { sameItems } from "../memo.ts";
import type { Call, Caller, Evidence } from "./call.ts";
import type { Target } from "./target.ts";

/** By who calls, or else by what tells of it: when that is gone, so are its calls. */
const known = new WeakMap<WeakKey, Map<string, Call>>();

export function asBefore(key: string, call: Call): Call {
  const owner = call.caller.type === "workload" ? call.caller.workload : call.evidence[0]?.place.object;
  if (owner === undefined) return call;
  const calls = known.get(owner) ?? new Map<string, Call>();
  const before = calls.get(key);
  if (before !== undefined && isSame(before, call)) return before;
  known.set(owner, calls.set(key, call));
  return call;
}

/** The key tells the rest. */
function isSame(a: Call, b: Call): boolean {
  return (
    sameItems(partsOf(a.caller), partsOf(b.caller)) &&
    sameItems(targetParts(a.target), targetParts(b.target)) &&
    a.evidence.length === b.evidence.length &&
    a.evidence.every((each, index) => isSameEvidence(each, b.evidence[index]))
  );
}

function partsOf(caller: Caller): readonly unknown[] {
  switch (caller.type) {
    case "workload":
      return [caller.workload];
    case "gateway":
      return [caller.gateway, ...caller.workloads];
    case "outside":
      return [caller.proxy];
  }
}

function targetParts(target: Target): readonly unknown[] {
  return target.type === "service" ? [target.service, target.port] : [target.workload, ...target.replicas];
}

function isSameEvidence(a: Evidence, b: Evidence | undefined): boolean {
  return (
    a.place.object === b?.place.object &&
    a.place.pointer === b.place.pointer &&
    a.what === b.what &&
    a.confidence === b.confidence
  );
}
