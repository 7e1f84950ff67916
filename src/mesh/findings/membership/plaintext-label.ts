/** MTLS045: a pod with a sidecar in STRICT carries a label by which callers send plaintext to it. */
import type { PortModeAnswer } from "../../answer.ts";
import type { Mesh } from "../../mesh.ts";
import { enforcedMode } from "../../server/enforced.ts";
import { inboundPorts } from "../../server/ports.ts";
import { type Check, inTemplate, type Marked, type Planned, workloadsOf } from "../finding.ts";
import { refusedAsPlaintext, seenOf } from "../meshed-caller.ts";
import { TLS_MODE } from "./false-label.ts";

export interface PlaintextLabel extends Marked {
  readonly code: "MTLS045";
  readonly workload: Planned;
  readonly value: string;
  readonly mode: PortModeAnswer;
}

export const plaintextLabel: Check<PlaintextLabel> = {
  code: "MTLS045",
  says: "The label security.istio.io/tlsMode of a pod in STRICT is not istio, so callers send plaintext to it.",
  severity: "warning",
  check: (context) => workloadsOf(context).flatMap((workload) => finding(context.mesh, workload)),
};

function finding(mesh: Mesh, workload: Planned): readonly PlaintextLabel[] {
  const value = workload.template.labels[TLS_MODE];
  if (value === undefined || value === "istio") return [];
  for (const { services } of inboundPorts(mesh, workload)) {
    for (const { service, port } of services) {
      const refused = seenOf(mesh, service, port).find(
        (seen) =>
          seen.endpoint.at.workload === workload &&
          refusedAsPlaintext(seen) &&
          seen.sends?.tls === "none" &&
          seen.sends.because === "not-believed",
      );
      const mode = refused && enforcedMode(mesh, refused.endpoint.at.replica, refused.endpoint.port);
      if (mode?.known !== true) continue;
      const at = inTemplate(workload, "metadata", "labels", TLS_MODE);
      return [{ code: "MTLS045", at, part: "entry", workload, value, mode }];
    }
  }
  return [];
}
