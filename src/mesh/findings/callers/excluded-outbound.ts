/** MTLS024: a call that annotations take past the caller's sidecar, so that it arrives in clear and is refused. */
import { callIndex } from "../../callers/call-index.ts";
import { capturesOutbound } from "../../membership/capture.ts";
import type { Mesh } from "../../mesh.ts";
import type { Labels } from "../../resources/meta.ts";
import { arrivalsOf } from "../../verdict/arrivals.ts";
import type { Arrival } from "../../verdict/verdict.ts";
import { allHaveProxy } from "../../workload.ts";
import { type Check, inTemplate, type Marked, type Planned, workloadsOf } from "../finding.ts";

export interface ExcludedOutbound extends Marked {
  readonly code: "MTLS024";
  readonly arrival: Arrival;
  readonly annotation: string;
}

const ANNOTATIONS = [
  "traffic.sidecar.istio.io/excludeOutboundPorts",
  "traffic.sidecar.istio.io/excludeOutboundIPRanges",
  "traffic.sidecar.istio.io/includeOutboundIPRanges",
  "sidecar.istio.io/interceptionMode",
] as const;

export const excludedOutbound: Check<ExcludedOutbound> = {
  code: "MTLS024",
  says: "An annotation takes a call past the caller's sidecar, and the server refuses it without mutual TLS.",
  severity: "warning",
  check: (context) => workloadsOf(context).flatMap((workload) => findings(context.mesh, workload)),
};

function findings(mesh: Mesh, workload: Planned): readonly ExcludedOutbound[] {
  const { annotations } = workload.template;
  if (!ANNOTATIONS.some((name) => Object.hasOwn(annotations, name))) return [];
  return callIndex(mesh)
    .from(workload)
    .flatMap((call): readonly ExcludedOutbound[] => {
      // To the address of a pod the sidecar would speak plaintext as well.
      if (call.target.type !== "service") return [];
      const { service, port } = call.target;
      const ip = service.clusterIP === undefined || service.clusterIP === "None" ? {} : { ip: service.clusterIP };
      const annotation = takesPast(annotations, { port: port.port, ...ip });
      if (annotation === undefined || call.phase === "init") return [];
      const at = inTemplate(workload, "metadata", "annotations", annotation);
      return arrivalsOf(mesh, call)
        .filter(refusedWithoutProxy)
        .map((arrival) => ({ code: "MTLS024", at, part: "value", arrival, annotation }));
    });
}

/** The one annotation without which the call would pass the sidecar. */
function takesPast(annotations: Labels, target: { readonly port: number; readonly ip?: string }): string | undefined {
  if (capturesOutbound(annotations, target) !== false) return undefined;
  return ANNOTATIONS.find((name) => {
    const { [name]: removed, ...others } = annotations;
    return removed !== undefined && capturesOutbound(others, target) === true;
  });
}

/** The caller has a sidecar: what is refused then is what did not pass it. */
function refusedWithoutProxy({ verdict, call }: Arrival): boolean {
  const refused = verdict.outcome === "breaks" && ["plaintext-to-strict", "app-tls-to-strict"].includes(verdict.reason);
  const proxied = call.caller.type === "workload" && allHaveProxy(call.caller.workload, "sidecar");
  return refused && proxied;
}
