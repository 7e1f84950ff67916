/** MTLS044: a pod without a sidecar carries the label by which callers speak mutual TLS to it. */
import { type Check, inTemplate, type Marked, type Planned, workloadsOf } from "../finding.ts";

export interface FalseLabel extends Marked {
  readonly code: "MTLS044";
  readonly workload: Planned;
}

export const TLS_MODE = "security.istio.io/tlsMode";

export const falseLabel: Check<FalseLabel> = {
  code: "MTLS044",
  says: "A pod without a sidecar has the label security.istio.io/tlsMode: istio, so callers speak mutual TLS to it.",
  severity: "warning",
  check: (context) =>
    workloadsOf(context)
      .filter(
        ({ template, replicas }) =>
          template.labels[TLS_MODE] === "istio" && !isProxyless(template.annotations) && replicas.every(isOutside),
      )
      .map((workload) => ({
        code: "MTLS044",
        at: inTemplate(workload, "metadata", "labels", TLS_MODE),
        part: "entry",
        workload,
      })),
};

function isOutside({ membership }: Planned["replicas"][number]): boolean {
  return membership.known && membership.proxy === "none";
}

/** A gRPC application can understand mutual TLS by itself; its author has to set the label. Istio: pkg/kube/inject templates grpc-simple, grpc-agent. */
function isProxyless(annotations: Planned["template"]["annotations"]): boolean {
  return (annotations["inject.istio.io/templates"] ?? "").split(",").some((name) => name.trim().startsWith("grpc"));
}
