/** MTLS006: a port mode is keyed by the port of a Service, where Istio wants the port that the pod listens on. */
import { inNamespace } from "../../by-namespace.ts";
import type { Mesh } from "../../mesh.ts";
import type { Service } from "../../resources/core.ts";
import type { PeerAuthentication, PortMode } from "../../resources/istio.ts";
import { levelOf, selects } from "../../server/policy.ts";
import { inboundPorts } from "../../server/ports.ts";
import type { Workload } from "../../workload.ts";
import { type Check, type Marked, policiesOf } from "../finding.ts";

export interface ServicePortKey extends Marked {
  readonly code: "MTLS006";
  readonly port: number;
  readonly service: Service;
  readonly workload: Workload;
  /** The port in the pod behind that port of the Service. */
  readonly target: number;
}

export const servicePortKey: Check<ServicePortKey> = {
  code: "MTLS006",
  says: "An entry of portLevelMtls names the port of a Service instead of the port in the pod.",
  severity: "warning",
  check: (context) =>
    policiesOf(context)
      .filter((policy) => levelOf(context.mesh, policy) === "workload")
      .flatMap((policy) => policy.ports.flatMap((entry) => finding(context.mesh, policy, entry))),
};

/** A port on which a selected pod can be reached is right, whatever Services use the same number. */
function finding(mesh: Mesh, policy: PeerAuthentication, entry: PortMode): readonly ServicePortKey[] {
  const selected = inNamespace(mesh.workloads, policy.namespace).filter(({ replicas }) =>
    replicas.some((replica) => selects(policy, replica.labels)),
  );
  if (selected.some((workload) => listensOn(mesh, workload, entry.port))) return [];
  const mistaken = selected.flatMap((workload) =>
    inboundPorts(mesh, workload).flatMap(({ port, services }) =>
      services
        .filter((each) => each.port.port === entry.port)
        .map(({ service }) => ({ workload, service, target: port })),
    ),
  );
  const [first] = mistaken;
  if (first === undefined) return [];
  return [{ code: "MTLS006", at: { object: policy, pointer: entry.at }, part: "key", port: entry.port, ...first }];
}

/** Reached through a Service, or declared by a container: then an entry for it has an effect. */
function listensOn(mesh: Mesh, workload: Workload, port: number): boolean {
  return (
    inboundPorts(mesh, workload).some((inbound) => inbound.port === port) ||
    workload.template.spec.containers.some((container) => container.ports.some((declared) => declared.port === port))
  );
}
