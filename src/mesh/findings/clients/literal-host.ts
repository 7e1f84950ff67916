/** MTLS034: the host of a DestinationRule has a dot, so that Istio takes it as it is, and it is no Service's name. */
import type { Mesh } from "../../mesh.ts";
import { fullHost, hostOf, isWildcard } from "../../registry/host.ts";
import { servicesNamed } from "../../registry/service.ts";
import type { Service } from "../../resources/core.ts";
import { ofKind } from "../../resources/resource.ts";
import type { Check, Marked } from "../finding.ts";

export interface LiteralHost extends Marked {
  readonly code: "MTLS034";
  readonly host: string;
  readonly service: Service;
  /** The whole name of the Service that was meant. */
  readonly meant: string;
}

export const literalHost: Check<LiteralHost> = {
  code: "MTLS034",
  says: "The host of a DestinationRule is a shortened name with a dot, which Istio does not complete.",
  severity: "warning",
  check: ({ mesh, objects }) =>
    ofKind(objects, "DestinationRule").flatMap((rule): readonly LiteralHost[] => {
      const service = meantService(mesh, rule.host);
      if (service === undefined || servicesNamed(mesh, fullHost(rule.host, rule.namespace)).length > 0) return [];
      const at = { object: rule, pointer: "/spec/host" };
      return [{ code: "MTLS034", at, part: "value", host: rule.host, service, meant: hostOf(service) }];
    }),
};

/** `name.namespace` or `name.namespace.svc` of a Service in view. */
function meantService(mesh: Mesh, host: string): Service | undefined {
  const [name, namespace, svc, ...rest] = host.split(".");
  if (isWildcard(host) || namespace === undefined || (svc !== undefined && svc !== "svc") || rest.length > 0) {
    return undefined;
  }
  return mesh.services.find((service) => service.name === name && service.namespace === namespace);
}
