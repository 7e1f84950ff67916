/** The verdicts on one call of all pods of its caller; of one that may have any proxy, where that makes no difference. */
import type { Call, Caller } from "../../callers/call.ts";
import type { CallingPod } from "../../client/departure.ts";
import type { Mesh } from "../../mesh.ts";
import { behind, type Judged, judge } from "../judge.ts";
import type { Verdict } from "../verdict.ts";
import { callingPods } from "./calling-pods.ts";

export function judgeCall(mesh: Mesh, call: Call): readonly Judged[] {
  const { caller, target } = call;
  if (caller.type === "outside" && caller.proxy === "unknown" && target.type === "pods") {
    return withAnyProxy(mesh, call, caller, target.workload.namespace);
  }
  return callingPods(call).flatMap((pod) => {
    if (!("missing" in pod)) return judge(mesh, pod, call);
    const verdict: Verdict = { outcome: "unknown", missing: pod.missing };
    return behind(mesh, call).map((endpoint) => ({ endpoint, verdict }));
  });
}

/** A sidecar knows the address of a pod at most as one of a headless Service, which it may see from its namespace only. */
function withAnyProxy(mesh: Mesh, call: Call, { name }: Caller, namespace: string): readonly Judged[] {
  const plain = { labels: {}, annotations: {} };
  const pods: readonly CallingPod[] = [
    { proxy: "none", namespace: "", ...plain },
    { proxy: "sidecar", namespace: "", ...plain },
    { proxy: "sidecar", namespace, ...plain },
    { proxy: "ztunnel", namespace: "", ...plain },
  ];
  const judged = pods.map((pod) => judge(mesh, pod, call));
  const missing = [{ code: "undetermined", says: `whether ${name} has a sidecar is not in these files` }] as const;
  return behind(mesh, call).map((endpoint) => {
    const at = ({ endpoint: { at } }: Judged) => at?.replica === endpoint.at?.replica;
    const [first, ...others] = judged.map((each) => each.find(at)?.verdict);
    const alike = first !== undefined && others.every((other) => other !== undefined && isAlike(first, other));
    return { endpoint, verdict: alike ? first : { outcome: "unknown", missing } };
  });
}

function isAlike(a: Verdict, b: Verdict): boolean {
  return a.outcome === b.outcome && (a.outcome !== "works" || b.outcome !== "works" || a.wire === b.wire);
}
