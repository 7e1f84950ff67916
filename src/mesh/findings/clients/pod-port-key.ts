/** MTLS048: an entry for a port names the port of the pod, where a DestinationRule wants the port of the Service. */
import { gapsAt } from "../../gaps.ts";
import type { Mesh } from "../../mesh.ts";
import { endpointsOf } from "../../registry/endpoints.ts";
import { fullHost } from "../../registry/host.ts";
import { fromService, servicesNamed } from "../../registry/service.ts";
import type { Service } from "../../resources/core.ts";
import type { DestinationRule } from "../../resources/istio.ts";
import { under } from "../../resources/meta.ts";
import { ofKind } from "../../resources/resource.ts";
import type { Check, Marked } from "../finding.ts";

export interface PodPortKey extends Marked {
  readonly code: "MTLS048";
  readonly port: number;
  readonly service: Service;
  /** The port of the Service that leads there. */
  readonly meant: number;
  /** The rule has an entry for that port too. */
  readonly taken: boolean;
}

export const podPortKey: Check<PodPortKey> = {
  code: "MTLS048",
  says: "An entry of portLevelSettings names the port in the pod instead of the port of the Service.",
  severity: "warning",
  check: ({ mesh, objects }) =>
    ofKind(objects, "DestinationRule")
      .filter((rule) => gapsAt(rule, "/spec").length === 0)
      .flatMap((rule) => {
        const service = servicesNamed(mesh, fullHost(rule.host, rule.namespace))[0]?.object;
        return service?.kind === "Service" ? findings(mesh, rule, service) : [];
      }),
};

function findings(mesh: Mesh, rule: DestinationRule, service: Service): readonly PodPortKey[] {
  const entries = rule.trafficPolicy?.ports ?? [];
  return entries.flatMap(({ port }, index): readonly PodPortKey[] => {
    if (service.ports.some((each) => each.port === port)) return [];
    const meant = fromService(service).ports.find((each) =>
      endpointsOf(mesh, fromService(service), each).some((endpoint) => endpoint.port === port),
    )?.port;
    if (meant === undefined) return [];
    const pointer = under("/spec/trafficPolicy/portLevelSettings", index, "port", "number");
    const taken = entries.some((each) => each.port === meant);
    return [{ code: "MTLS048", at: { object: rule, pointer }, part: "value", port, service, meant, taken }];
  });
}
