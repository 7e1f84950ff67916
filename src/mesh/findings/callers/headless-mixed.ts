/** MTLS027: a headless Service in front of pods with and without a sidecar: callers send plaintext to all of them. */
import type { Mesh } from "../../mesh.ts";
import { endpointsOf } from "../../registry/endpoints.ts";
import { fromService } from "../../registry/service.ts";
import type { Service } from "../../resources/core.ts";
import { ofKind } from "../../resources/resource.ts";
import type { Workload } from "../../workload.ts";
import type { Check, Marked } from "../finding.ts";
import { type End, endsOf, refusedAsPlaintext, seenOf } from "../meshed-caller.ts";

export interface HeadlessMixed extends Marked {
  readonly code: "MTLS027";
  readonly service: Service;
  readonly ends: readonly End[];
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
      .flatMap((service) => finding(mesh, service)),
};

function finding(mesh: Mesh, service: Service): readonly HeadlessMixed[] {
  const refused = service.ports
    .flatMap((port) => seenOf(mesh, service, port))
    .filter(
      (seen) => refusedAsPlaintext(seen) && seen.sends?.tls === "none" && seen.sends.because === "headless-mixed",
    );
  const registered = fromService(service);
  const naked = registered.ports
    .flatMap((port) => endpointsOf(mesh, registered, port))
    .find(({ tlsMode }) => tlsMode === "disabled")?.at;
  if (refused.length === 0 || naked === undefined) return [];
  const at = { object: service, pointer: "/spec/clusterIP" };
  return [{ code: "MTLS027", at, part: "value", service, ends: endsOf(refused), naked: naked.workload }];
}
