/** MTLS025: an init container calls before the sidecar of its pod runs, and is refused. */
import { callIndex } from "../../callers/call-index.ts";
import type { Mesh } from "../../mesh.ts";
import { under } from "../../resources/meta.ts";
import type { Container } from "../../resources/pod.ts";
import { arrivalsOf } from "../../verdict/arrivals.ts";
import type { Arrival } from "../../verdict/verdict.ts";
import type { Workload } from "../../workload.ts";
import { type Check, type Marked, type Planned, workloadsOf } from "../finding.ts";

export interface InitBeforeSidecar extends Marked {
  readonly code: "MTLS025";
  readonly container: Container;
  readonly workload: Workload;
  readonly arrival: Arrival;
}

export const initBeforeSidecar: Check<InitBeforeSidecar> = {
  code: "MTLS025",
  says: "An init container calls before the sidecar of its pod runs, and is refused.",
  severity: "warning",
  check: (context) => workloadsOf(context).flatMap((workload) => findings(context.mesh, workload)),
};

function findings(mesh: Mesh, workload: Planned): readonly InitBeforeSidecar[] {
  if (!workload.replicas.some(isClassic)) return [];
  const { object, template } = workload;
  return callIndex(mesh)
    .from(workload)
    .filter(({ phase }) => phase === "init")
    .flatMap((call) => {
      const container = template.spec.initContainers.find((each) =>
        call.evidence.some(({ place }) => place.object === object && place.pointer.startsWith(`${each.at}/`)),
      );
      if (container === undefined) return [];
      const at = { object, pointer: under(container.at, "name") };
      return arrivalsOf(mesh, call)
        .filter(({ verdict }) => verdict.outcome === "breaks" && verdict.reason === "plaintext-to-strict")
        .map((arrival) => ({ code: "MTLS025", at, part: "value", container, workload, arrival }) as const);
    });
}

/** Which of the two a planned pod gets depends on the versions of Kubernetes and Istio: only a running one tells. */
function isClassic({ membership }: Workload["replicas"][number]): boolean {
  return (
    membership.known &&
    membership.proxy === "sidecar" &&
    membership.reason.code === "proxy-container" &&
    !membership.reason.native
  );
}
