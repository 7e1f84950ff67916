/** MTLS022: TLS of the application on a port that a Service declares as HTTP, which every mode of a sidecar refuses. */
import type { Place } from "../../answer.ts";
import type { Call } from "../../callers/call.ts";
import { callIndex } from "../../callers/call-index.ts";
import { capturesInbound } from "../../membership/capture.ts";
import { remembered } from "../../memo.ts";
import type { Mesh } from "../../mesh.ts";
import { endpointsOf } from "../../registry/endpoints.ts";
import { fromService } from "../../registry/service.ts";
import type { Service, ServicePort } from "../../resources/core.ts";
import { under } from "../../resources/meta.ts";
import { probedPort } from "../../resources/probed-port.ts";
import { ofKind } from "../../resources/resource.ts";
import { portFamily } from "../../server/ports.ts";
import { arrivalsOf } from "../../verdict/arrivals.ts";
import { untoldAtServer } from "../../verdict/partly-read.ts";
import type { Workload } from "../../workload.ts";
import type { Check, Marked } from "../finding.ts";

export interface TlsOnHttpPort extends Marked {
  readonly code: "MTLS022";
  readonly service: Service;
  readonly port: ServicePort;
  readonly workload: Workload;
  /** What tells that TLS is spoken: a probe of the server, or a caller's text. */
  readonly because: { readonly by: "probe" | "caller"; readonly place: Place };
}

export const tlsOnHttpPort: Check<TlsOnHttpPort> = {
  code: "MTLS022",
  says: "A Service declares a port as HTTP on which the application speaks TLS, so its sidecar refuses the TLS.",
  severity: "warning",
  check: ({ mesh, objects }) =>
    ofKind(objects, "Service").flatMap((service) =>
      service.ports.flatMap((port): readonly TlsOnHttpPort[] => {
        const told = toldByProbe(mesh, service, port) ?? toldByCaller(mesh, service, port);
        if (told === undefined) return [];
        const field = port.appProtocol === undefined ? "name" : "appProtocol";
        const at = { object: service, pointer: under(port.at, field) };
        return [{ code: "MTLS022", at, part: "value", service, port, ...told }];
      }),
    ),
};

/** The server's own probe asks for HTTPS on that port: then the application serves it. */
function toldByProbe(
  mesh: Mesh,
  service: Service,
  port: ServicePort,
): Pick<TlsOnHttpPort, "workload" | "because"> | undefined {
  const known = fromService(service).ports.find((each) => each.port === port.port);
  if (known?.family !== "HTTP") return undefined;
  for (const { at, port: target } of endpointsOf(mesh, fromService(service), known)) {
    const { workload, replica } = at ?? {};
    if (workload?.object === undefined || replica?.membership.known !== true) continue;
    const enforced = replica.membership.proxy === "sidecar" && capturesInbound(replica.annotations, target);
    if (untoldAtServer(mesh, { workload, replica }).length > 0) continue;
    if (!enforced || portFamily(mesh, replica, target) !== "HTTP") continue;
    const probe = workload.template.spec.containers
      .flatMap((container) => container.probes.map((each) => ({ each, port: probedPort(container, each) })))
      .find(({ each, port: probed }) => each.scheme === "HTTPS" && probed === target)?.each;
    if (probe === undefined) continue;
    return { workload, because: { by: "probe", place: { object: workload.object, pointer: probe.at } } };
  }
  return undefined;
}

function toldByCaller(
  mesh: Mesh,
  service: Service,
  port: ServicePort,
): Pick<TlsOnHttpPort, "workload" | "because"> | undefined {
  for (const call of overTls(callIndex(mesh).calls).get(service) ?? []) {
    if (call.target.port !== port) continue;
    const refused = arrivalsOf(mesh, call).find(
      ({ verdict }) => verdict.outcome === "breaks" && verdict.reason === "app-tls-to-http-port",
    );
    const [evidence] = call.evidence;
    if (refused === undefined || evidence === undefined) continue;
    return { workload: refused.workload, because: { by: "caller", place: evidence.place } };
  }
  return undefined;
}

/** Few of all calls, found once. */
const overTls = remembered((calls: readonly Call[]) =>
  Map.groupBy(
    calls.filter(({ speaks }) => speaks === "tls"),
    ({ target }) => (target.type === "service" ? target.service : undefined),
  ),
);
