/** MTLS044: a pod without a sidecar carries the label by which callers speak mutual TLS to it. */
import type { Mesh } from "../../mesh.ts";
import { inboundPorts } from "../../server/ports.ts";
import { hasProxy } from "../../workload.ts";
import { type Check, inTemplate, type Marked, type Planned, workloadsOf } from "../finding.ts";
import { type End, endsOf, failsAsMtls, seenOf } from "../meshed-caller.ts";

export interface FalseLabel extends Marked {
  readonly code: "MTLS044";
  readonly workload: Planned;
  readonly ends: readonly End[];
}

export const TLS_MODE = "security.istio.io/tlsMode";

export const falseLabel: Check<FalseLabel> = {
  code: "MTLS044",
  says: "A pod without a sidecar has the label security.istio.io/tlsMode: istio, so callers speak mutual TLS to it.",
  severity: "warning",
  check: (context) => workloadsOf(context).flatMap((workload) => finding(context.mesh, workload)),
};

/** Other rules can keep callers from mutual TLS all the same, and without a Service nobody looks at the label. */
function finding(mesh: Mesh, workload: Planned): readonly FalseLabel[] {
  const { template, replicas } = workload;
  if (
    template.labels[TLS_MODE] !== "istio" ||
    isProxyless(template.annotations) ||
    !replicas.every((each) => hasProxy(each, "none"))
  )
    return [];
  const failing = inboundPorts(mesh, workload)
    .flatMap(({ services }) => services.flatMap(({ service, port }) => seenOf(mesh, service, port)))
    .filter((seen) => seen.endpoint.at.workload === workload && failsAsMtls(seen));
  if (failing.length === 0) return [];
  const at = inTemplate(workload, "metadata", "labels", TLS_MODE);
  return [{ code: "MTLS044", at, part: "entry", workload, ends: endsOf(failing) }];
}

/** A gRPC application can understand mutual TLS by itself; its author has to set the label. Istio: pkg/kube/inject templates grpc-simple, grpc-agent. */
function isProxyless(annotations: Planned["template"]["annotations"]): boolean {
  return (annotations["inject.istio.io/templates"] ?? "").split(",").some((name) => name.trim().startsWith("grpc"));
}
