/** How the calls arrive that a DestinationRule speaks for: of callers with a sidecar, to every Service of its host. */
import type { Place } from "../../answer.ts";
import { destinationRuleFor } from "../../client/destination-rules.ts";
import { remembered } from "../../memo.ts";
import type { Mesh } from "../../mesh.ts";
import { fullHost, hostOf, isSubsetOf } from "../../registry/host.ts";
import { fromService } from "../../registry/service.ts";
import type { Service } from "../../resources/core.ts";
import type { DestinationRule } from "../../resources/istio.ts";
import { type Pointer, under } from "../../resources/meta.ts";
import { type End, endsOf, type Seen, seenOf } from "../meshed-caller.ts";

export interface Ruled {
  readonly service: Service;
  readonly seen: Seen;
  /** The TLS settings of the rule that the call follows. */
  readonly at: Place;
}

/** Calls that follow the rule's TLS settings. */
export function ruledCalls(mesh: Mesh, rule: DestinationRule): readonly Ruled[] {
  return ofMesh(mesh)(rule);
}

/** A rule for every host speaks for every Service: the checks share what is found. */
const ofMesh = remembered((mesh: Mesh) => remembered((rule: DestinationRule) => findRuled(mesh, rule)));

function findRuled(mesh: Mesh, rule: DestinationRule): readonly Ruled[] {
  if (settingsOf(rule).length === 0) return [];
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

/** Callers of some namespace with workloads have the rule, alone or merged with others, for a Service of its host. */
export function hasCallers(mesh: Mesh, rule: DestinationRule): boolean {
  const host = fullHost(rule.host, rule.namespace);
  const services = mesh.services.filter((service) => isSubsetOf(hostOf(service), host)).map(fromService);
  const namespaces = new Set(mesh.workloads.map(({ namespace }) => namespace));
  const labels = rule.workloadSelector ?? {};
  return services.some((service) =>
    [...namespaces].some((namespace) => destinationRuleFor(mesh, { namespace, labels }, service)?.rules.includes(rule)),
  );
}

/** Of two rules that Istio takes as one, the settings can be the other's. */
function settingsOf({ trafficPolicy, subsets }: DestinationRule): readonly Pointer[] {
  const policies = [trafficPolicy, ...subsets.map((subset) => subset.trafficPolicy)];
  return policies.flatMap((policy) =>
    [policy?.tls, ...(policy?.ports ?? []).map(({ tls }) => tls)].flatMap((tls) => tls?.at ?? []),
  );
}

/** Calls that fail in one way at one place of the rule, with all ends that they have. */
export function byPlace<Why extends string>(
  calls: readonly Ruled[],
  why: (seen: Seen) => Why,
): readonly { readonly at: Place; readonly why: Why; readonly seen: Seen; readonly ends: readonly End[] }[] {
  const groups = Map.groupBy(calls, ({ seen, at }) => `${at.pointer} ${why(seen)}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const at = { ...first.at, pointer: under(first.at.pointer, "mode") };
    return [{ at, why: why(first.seen), seen: first.seen, ends: endsOf(group.map(({ seen }) => seen)) }];
  });
}
