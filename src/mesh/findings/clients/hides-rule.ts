/** MTLS050: a rule for many hosts keeps callers of its namespace from the TLS that the Service's own rule asks for. */
import { destinationRuleFor } from "../../client/destination-rules.ts";
import { clusterPolicy } from "../../client/traffic-policy.ts";
import type { Mesh } from "../../mesh.ts";
import { fullHost, hostOf, isSubsetOf, isWildcard } from "../../registry/host.ts";
import { fromService } from "../../registry/service.ts";
import type { ClientTls, DestinationRule } from "../../resources/istio.ts";
import { ofKind } from "../../resources/resource.ts";
import type { Check, Marked } from "../finding.ts";
import { sentTo } from "./sent.ts";

export interface HidesRule extends Marked {
  readonly code: "MTLS050";
  readonly rule: DestinationRule;
  readonly hidden: DestinationRule;
  /** What the hidden one asks for. */
  readonly tls: ClientTls;
}

export const hidesRule: Check<HidesRule> = {
  code: "MTLS050",
  says: "A DestinationRule for many hosts hides another one from callers of its namespace, with the TLS that it asks for.",
  severity: "information",
  check: ({ mesh, objects }) =>
    ofKind(objects, "DestinationRule")
      .filter(
        ({ host, trafficPolicy }) => isWildcard(host) && trafficPolicy !== undefined && trafficPolicy.tls === undefined,
      )
      .flatMap((rule) => finding(mesh, rule)),
};

/** The first rule that is hidden stands for all: one look at the host is what is needed. */
function finding(mesh: Mesh, rule: DestinationRule): readonly HidesRule[] {
  const without: Mesh = { ...mesh, destinationRules: mesh.destinationRules.filter((each) => each !== rule) };
  const host = fullHost(rule.host, rule.namespace);
  for (const service of mesh.services) {
    if (service.namespace === rule.namespace || !isSubsetOf(hostOf(service), host)) continue;
    const registered = fromService(service);
    const caller = { namespace: rule.namespace, labels: rule.workloadSelector ?? {} };
    const hidden = destinationRuleFor(without, caller, registered);
    const [object] = hidden?.rules ?? [];
    if (object === undefined || object.namespace === rule.namespace) continue;
    const port = registered.ports.find(
      (each) => sentTo(mesh, caller, registered, each) !== sentTo(without, caller, registered, each),
    );
    const tls = port && clusterPolicy(hidden, port.port, undefined).tls;
    if (tls === undefined) continue;
    return [{ code: "MTLS050", at: { object: rule, pointer: "/spec/host" }, part: "value", rule, hidden: object, tls }];
  }
  return [];
}
