/** MTLS016: STRICT for a workload of a namespace in DISABLE. Callers with a sidecar look at the namespace alone. */
import type { Mesh } from "../../mesh.ts";
import type { PeerAuthentication } from "../../resources/istio.ts";
import { type Pointer, under } from "../../resources/meta.ts";
import { enforcedMode } from "../../server/enforced.ts";
import { namespaceMode } from "../../server/mode.ts";
import { levelOf, winner } from "../../server/policy.ts";
import { inboundPorts } from "../../server/ports.ts";
import { policyImpact } from "../../verdict/impact.ts";
import type { Workload } from "../../workload.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";
import { type End, endsOf, refusedAsPlaintext, type Seen, seenOf } from "../meshed-caller.ts";

export interface DisabledAboveStrict extends Marked {
  readonly code: "MTLS016";
  readonly ends: readonly End[];
  /** The policy of the namespace or of the mesh that says DISABLE. */
  readonly above: PeerAuthentication;
}

export const disabledAboveStrict: Check<DisabledAboveStrict> = {
  code: "MTLS016",
  says: "STRICT stands below a DISABLE of the namespace or the mesh, which makes callers with a sidecar send plaintext.",
  severity: "warning",
  check: ({ mesh, ...context }) =>
    policiesOf({ mesh, ...context })
      .filter((policy) => levelOf(mesh, policy) === "workload")
      .flatMap((policy): readonly DisabledAboveStrict[] => {
        const above = disabler(mesh, policy.namespace);
        if (above === undefined) return [];
        const refused = policyImpact(mesh, policy).governed.flatMap(({ workload }) => refusals(mesh, policy, workload));
        const places = Map.groupBy(refused, ({ endpoint }) => modePointer(policy, endpoint.port));
        return [...places].map(([pointer, calls]) => {
          const at = { object: policy, pointer };
          return { code: "MTLS016", at, part: "value", ends: endsOf(calls), above };
        });
      }),
};

/** Who puts the namespace into DISABLE for its callers. */
function disabler(mesh: Mesh, namespace: string): PeerAuthentication | undefined {
  const mode = namespaceMode(mesh, namespace);
  if (!mode.known || mode.mode !== "DISABLE") return undefined;
  return (["namespace", "mesh"] as const)
    .map((level) => winner(mesh, { namespace, labels: {} }, level)?.policy)
    .find((policy) => policy?.mode === "DISABLE");
}

/** Calls to ports that the policy makes STRICT, of callers with a sidecar that was told DISABLE. */
function refusals(mesh: Mesh, policy: PeerAuthentication, workload: Workload): readonly Seen[] {
  const services = inboundPorts(mesh, workload).flatMap((inbound) => inbound.services);
  return services
    .flatMap((each) => seenOf(mesh, each.service, each.port))
    .filter(
      (seen) =>
        seen.endpoint.at.workload === workload &&
        refusedAsPlaintext(seen) &&
        seen.sends?.tls === "none" &&
        seen.sends.because === "namespace-disabled" &&
        decides(mesh, policy, seen),
    );
}

function decides(mesh: Mesh, policy: PeerAuthentication, { endpoint: { at, port } }: Seen): boolean {
  const answer = enforcedMode(mesh, at.replica, port);
  return answer?.known === true && answer.origin.from !== "istio-default" && answer.origin.policy === policy;
}

function modePointer(policy: PeerAuthentication, port: number): Pointer {
  const entry = policy.ports.find((each) => each.port === port && each.mode === "STRICT");
  return entry === undefined ? "/spec/mtls/mode" : under(entry.at, "mode");
}
