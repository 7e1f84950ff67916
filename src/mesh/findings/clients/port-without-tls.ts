/** MTLS036: an entry for a port replaces the rule's settings wholly, the TLS that it does not repeat too. */
import { gapsAt } from "../../gaps.ts";
import type { Mesh } from "../../mesh.ts";
import { fullHost, isSubsetOf } from "../../registry/host.ts";
import { registryServices } from "../../registry/service.ts";
import type { ClientTls, DestinationRule, TrafficPolicy } from "../../resources/istio.ts";
import { under } from "../../resources/meta.ts";
import { ofKind } from "../../resources/resource.ts";
import type { Check, Marked } from "../finding.ts";
import { sentTo } from "./sent.ts";

export interface PortWithoutTls extends Marked {
  readonly code: "MTLS036";
  readonly port: number;
  /** The settings that do not count for the port. */
  readonly tls: ClientTls;
}

export const portWithoutTls: Check<PortWithoutTls> = {
  code: "MTLS036",
  says: "An entry of portLevelSettings does not repeat the TLS settings of the rule, which do not count for its port.",
  severity: "warning",
  check: ({ mesh, objects }) =>
    ofKind(objects, "DestinationRule")
      .filter((rule) => gapsAt(rule, "/spec").length === 0)
      .flatMap((rule) => findings(mesh, rule)),
};

function findings(mesh: Mesh, rule: DestinationRule): readonly PortWithoutTls[] {
  const { trafficPolicy } = rule;
  const tls = trafficPolicy?.tls;
  if (trafficPolicy === undefined || tls === undefined) return [];
  return trafficPolicy.ports.flatMap((entry, index): readonly PortWithoutTls[] => {
    if (entry.tls !== undefined || !differs(mesh, rule, trafficPolicy, entry.port)) return [];
    const pointer = under("/spec/trafficPolicy/portLevelSettings", index);
    return [
      { code: "MTLS036", at: { object: rule, pointer: under(pointer, "port") }, part: "entry", port: entry.port, tls },
    ];
  });
}

/** Istio chooses by itself for such a port, which often comes to the same: then nothing is lost. */
function differs(mesh: Mesh, rule: DestinationRule, trafficPolicy: TrafficPolicy, port: number): boolean {
  const { tls } = trafficPolicy;
  const ports = trafficPolicy.ports.map((entry) => (entry.port === port && tls ? { ...entry, tls } : entry));
  const repeated: DestinationRule = { ...rule, trafficPolicy: { ...trafficPolicy, ports } };
  const destinationRules = mesh.destinationRules.map((each) => (each === rule ? repeated : each));
  const meant: Mesh = { ...mesh, destinationRules };
  const host = fullHost(rule.host, rule.namespace);
  return registryServices(mesh)
    .filter((service) => isSubsetOf(service.host, host))
    .some((service) => {
      const registered = service.ports.find((each) => each.port === port);
      const namespace = rule.namespace === mesh.config.rootNamespace ? service.namespace : rule.namespace;
      const caller = { namespace, labels: rule.workloadSelector ?? {} };
      const sent = (snapshot: Mesh) => registered && sentTo(snapshot, caller, service, registered);
      return sent(mesh) !== sent(meant);
    });
}
