/** MTLS023: a port that annotations take past the sidecar, to which callers with a sidecar speak mutual TLS. */
import { capturesInbound } from "../../membership/capture.ts";
import type { Mesh } from "../../mesh.ts";
import { inboundPorts } from "../../server/ports.ts";
import type { Workload } from "../../workload.ts";
import { type Check, inTemplate, type Marked, type Planned, workloadsOf } from "../finding.ts";
import { seenOf } from "../meshed-caller.ts";

export interface ExcludedInbound extends Marked {
  readonly code: "MTLS023";
  readonly workload: Workload;
  readonly replica: Workload["replicas"][number];
  readonly port: number;
}

const EXCLUDED = "traffic.sidecar.istio.io/excludeInboundPorts";
const INCLUDED = "traffic.sidecar.istio.io/includeInboundPorts";

export const excludedInbound: Check<ExcludedInbound> = {
  code: "MTLS023",
  says: "A port bypasses the sidecar of its pod, and callers with a sidecar speak mutual TLS to it all the same.",
  severity: "information",
  check: (context) => workloadsOf(context).flatMap((workload) => findings(context.mesh, workload)),
};

function findings(mesh: Mesh, workload: Planned): readonly ExcludedInbound[] {
  const annotation = [EXCLUDED, INCLUDED].find((name) => Object.hasOwn(workload.template.annotations, name));
  if (annotation === undefined) return [];
  return inboundPorts(mesh, workload)
    .filter(({ port }) => !capturesInbound(workload.template.annotations, port))
    .flatMap(({ port, services }): readonly ExcludedInbound[] => {
      const failing = services
        .flatMap((each) => seenOf(mesh, each.service, each.port))
        .find(
          ({ code, endpoint }) =>
            code === "broken-tls-past-proxy" && endpoint.at.workload === workload && endpoint.port === port,
        );
      if (failing === undefined) return [];
      const at = inTemplate(workload, "metadata", "annotations", annotation);
      return [{ code: "MTLS023", at, part: "value", workload, replica: failing.endpoint.at.replica, port }];
    });
}
