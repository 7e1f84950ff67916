/** MTLS045: a pod with a sidecar in STRICT carries a label by which callers send plaintext to it. */
import type { PortModeAnswer } from "../../answer.ts";
import type { Mesh } from "../../mesh.ts";
import { enforcedMode } from "../../server/enforced.ts";
import { inboundPorts } from "../../server/ports.ts";
import { type Check, inTemplate, type Marked, type Planned, workloadsOf } from "../finding.ts";
import { type End, endsOf, refusedAsPlaintext, seenOf } from "../meshed-caller.ts";
import { TLS_MODE } from "./false-label.ts";

export interface PlaintextLabel extends Marked {
  readonly code: "MTLS045";
  readonly workload: Planned;
  readonly value: string;
  readonly ends: readonly End[];
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
  const refused = inboundPorts(mesh, workload)
    .flatMap(({ services }) => services.flatMap(({ service, port }) => seenOf(mesh, service, port)))
    .filter(
      (seen) =>
        seen.endpoint.at.workload === workload &&
        refusedAsPlaintext(seen) &&
        seen.sends?.tls === "none" &&
        seen.sends.because === "not-believed",
    );
  const [first] = refused;
  const mode = first && enforcedMode(mesh, first.endpoint.at.replica, first.endpoint.port);
  if (mode?.known !== true) return [];
  const at = inTemplate(workload, "metadata", "labels", TLS_MODE);
  return [{ code: "MTLS045", at, part: "entry", workload, value, ends: endsOf(refused), mode }];
}
