/** The pods that make a call, as far as their proxies matter. */
import type { Missing } from "../../answer.ts";
import type { Call, Caller } from "../../callers/call.ts";
import type { CallingPod } from "../../client/departure.ts";
import type { Replica } from "../../workload.ts";

type Untold = { readonly missing: readonly Missing[] };

/** The pods of a caller, or what is missing to know how its calls leave. */
export function callingPods(call: Pick<Call, "caller" | "phase">): readonly (CallingPod | Untold)[] {
  const { caller, phase } = call;
  switch (caller.type) {
    case "outside":
      return [outsidePod(caller)];
    case "gateway": {
      const { namespace, gateway, workloads } = caller;
      if (workloads.length > 0) return workloads.flatMap(({ replicas }) => replicas.map(callingPod));
      return [{ proxy: "gateway", namespace, labels: gateway?.selector ?? {}, annotations: {} }];
    }
    case "workload":
      return caller.workload.replicas.map((replica) => (phase === "init" ? initPod(replica) : callingPod(replica)));
  }
}

function outsidePod({ name, proxy }: Extract<Caller, { readonly type: "outside" }>): CallingPod | Untold {
  if (proxy === "none") return { proxy, namespace: "", labels: {}, annotations: {} };
  return { missing: [{ code: "undetermined", says: `whether ${name} has a sidecar is not in these files` }] };
}

export function callingPod(replica: Replica): CallingPod | Untold {
  const { membership, namespace, labels, annotations, ip, spec } = replica;
  if (!membership.known) return { missing: membership.missing };
  return {
    proxy: membership.proxy,
    namespace,
    labels,
    annotations,
    serviceAccount: spec.serviceAccount,
    ...(ip === undefined ? {} : { ip }),
  };
}

/** A classic sidecar starts after the init containers, a native one before those that the author wrote. */
function initPod(replica: Replica): CallingPod | Untold {
  const pod = callingPod(replica);
  if ("missing" in pod || pod.proxy === "none" || !replica.membership.known) return pod;
  const { reason } = replica.membership;
  if (reason.code !== "proxy-container") {
    return {
      missing: [{ code: "undetermined", says: "whether the sidecar starts before init containers is not known" }],
    };
  }
  return reason.native ? pod : { ...pod, proxy: "none" };
}
