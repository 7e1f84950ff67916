/** How the calls arrive that a DestinationRule speaks for: of callers with a sidecar, to every Service of its host. */
import type { Place } from "../../answer.ts";
import type { Mesh } from "../../mesh.ts";
import { fullHost, hostOf, isSubsetOf } from "../../registry/host.ts";
import type { Service } from "../../resources/core.ts";
import type { DestinationRule } from "../../resources/istio.ts";
import type { Pointer } from "../../resources/meta.ts";
import { type Seen, seenOf } from "../meshed-caller.ts";

export interface Ruled {
  readonly service: Service;
  readonly seen: Seen;
  /** The TLS settings of the rule that the call follows. */
  readonly at: Place;
}

/** Calls that follow the rule's TLS settings. */
export function ruledCalls(mesh: Mesh, rule: DestinationRule): readonly Ruled[] {
  return callsUnder(mesh, rule).flatMap(({ service, seen }): readonly Ruled[] => {
    const at = seen.sends?.place;
    return at?.object === rule && settingsOf(rule).includes(at.pointer) ? [{ service, seen, at }] : [];
  });
}

/**
 * A caller of the rule's own namespace follows it, unless a nearer one is in the way; those of the Service's namespace
 * do for a rule in the root namespace.
 */
export function callsUnder(mesh: Mesh, rule: DestinationRule): readonly Omit<Ruled, "at">[] {
  const host = fullHost(rule.host, rule.namespace);
  return mesh.services
    .filter((service) => isSubsetOf(hostOf(service), host))
    .flatMap((service) => {
      const namespace = rule.namespace === mesh.config.rootNamespace ? service.namespace : rule.namespace;
      const caller = { namespace, labels: rule.workloadSelector ?? {} };
      return service.ports.flatMap((port) => seenOf(mesh, service, port, caller).map((seen) => ({ service, seen })));
    });
}

/** Of two rules that Istio takes as one, the settings can be the other's. */
function settingsOf({ trafficPolicy, subsets }: DestinationRule): readonly Pointer[] {
  const policies = [trafficPolicy, ...subsets.map((subset) => subset.trafficPolicy)];
  return policies.flatMap((policy) =>
    [policy?.tls, ...(policy?.ports ?? []).map(({ tls }) => tls)].flatMap((tls) => tls?.at ?? []),
  );
}

/** One for each workload and setting, whatever number of its pods and ports is meant. */
export function byWorkload(calls: readonly Ruled[]): readonly Ruled[] {
  const key = ({ seen, at }: Ruled) =>
    `${seen.endpoint.at.workload.namespace}/${seen.endpoint.at.workload.name} ${at.pointer}`;
  return [...new Map(calls.toReversed().map((each) => [key(each), each])).values()];
}
