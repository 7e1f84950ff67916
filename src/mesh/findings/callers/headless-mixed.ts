/** MTLS027: a headless Service in front of pods with and without a sidecar: callers send plaintext to all of them. */
import type { Mesh } from "../../mesh.ts";
import { endpointsOf } from "../../registry/endpoints.ts";
import { fromService } from "../../registry/service.ts";
import type { Service, ServicePort } from "../../resources/core.ts";
import { ofKind } from "../../resources/resource.ts";
import type { Workload } from "../../workload.ts";
import type { Check, Marked } from "../finding.ts";
import { refusedAsPlaintext, seenOf } from "../meshed-caller.ts";

export interface HeadlessMixed extends Marked {
  readonly code: "MTLS027";
  readonly service: Service;
  /** Of which callers believe that it has no sidecar. */
  readonly naked: Workload;
}

export const headlessMixed: Check<HeadlessMixed> = {
  code: "MTLS027",
  says: "One pod of a headless Service has no sidecar, so callers send plaintext to all, and STRICT ones refuse it.",
  severity: "warning",
  check: ({ mesh, objects }) =>
    ofKind(objects, "Service")
      .filter(({ clusterIP }) => clusterIP === "None")
      .flatMap((service) => service.ports.flatMap((port) => finding(mesh, service, port)).slice(0, 1)),
};

function finding(mesh: Mesh, service: Service, port: ServicePort): readonly HeadlessMixed[] {
  const refused = seenOf(mesh, service, port).find(
    (seen) => refusedAsPlaintext(seen) && seen.sends?.tls === "none" && seen.sends.because === "headless-mixed",
  );
  const registered = fromService(service).ports.find((each) => each.port === port.port);
  if (refused === undefined || registered === undefined) return [];
  const naked = endpointsOf(mesh, fromService(service), registered).find(({ tlsMode }) => tlsMode === "disabled")?.at;
  if (naked === undefined) return [];
  return [
    {
      code: "MTLS027",
      at: { object: service, pointer: "/spec/clusterIP" },
      part: "value",
      service,
      naked: naked.workload,
    },
  ];
}
