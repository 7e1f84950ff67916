/** MTLS016: STRICT for a workload of a namespace in DISABLE. Callers with a sidecar look at the namespace alone. */
import type { Place } from "../../answer.ts";
import type { Mesh } from "../../mesh.ts";
import type { PeerAuthentication } from "../../resources/istio.ts";
import { under } from "../../resources/meta.ts";
import { enforcedMode } from "../../server/enforced.ts";
import { namespaceMode } from "../../server/mode.ts";
import { levelOf, winner } from "../../server/policy.ts";
import { inboundPorts } from "../../server/ports.ts";
import { policyImpact } from "../../verdict/impact.ts";
import type { Workload } from "../../workload.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";
import { refusedAsPlaintext, seenOf } from "../meshed-caller.ts";

export interface DisabledAboveStrict extends Marked {
  readonly code: "MTLS016";
  readonly workload: Workload;
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
      .flatMap((policy) => {
        const above = disabler(mesh, policy.namespace);
        if (above === undefined) return [];
        return distinct(
          policyImpact(mesh, policy).governed.flatMap(({ workload }) => refusals(mesh, policy, workload, above)),
        );
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

/** The ports that the policy makes STRICT and at which a caller with a sidecar is refused since it was told DISABLE. */
function refusals(
  mesh: Mesh,
  policy: PeerAuthentication,
  workload: Workload,
  above: PeerAuthentication,
): readonly DisabledAboveStrict[] {
  return inboundPorts(mesh, workload).flatMap(({ port, services }): readonly DisabledAboveStrict[] => {
    const refused = services.some((each) =>
      seenOf(mesh, each.service, each.port).some(
        (seen) =>
          seen.endpoint.at.workload === workload &&
          seen.endpoint.port === port &&
          refusedAsPlaintext(seen) &&
          seen.sends?.tls === "none" &&
          seen.sends.because === "namespace-disabled" &&
          decides(mesh, policy, seen.endpoint.at.replica, port),
      ),
    );
    const at = modePlace(policy, port);
    return refused ? [{ code: "MTLS016", at, part: "value", workload, above }] : [];
  });
}

function decides(mesh: Mesh, policy: PeerAuthentication, replica: Workload["replicas"][number], port: number): boolean {
  const answer = enforcedMode(mesh, replica, port);
  return answer?.known === true && answer.origin.from !== "istio-default" && answer.origin.policy === policy;
}

function modePlace(policy: PeerAuthentication, port: number): Place {
  const entry = policy.ports.find((each) => each.port === port && each.mode === "STRICT");
  return { object: policy, pointer: entry === undefined ? "/spec/mtls/mode" : under(entry.at, "mode") };
}

/** One finding a workload and place, whatever number of its ports is meant. */
function distinct(found: readonly DisabledAboveStrict[]): readonly DisabledAboveStrict[] {
  return [...new Map(found.toReversed().map((each) => [`${each.workload.name} ${each.at.pointer}`, each])).values()];
}
