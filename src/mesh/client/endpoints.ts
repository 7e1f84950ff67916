/** The pods and ports behind a Service. */
import { hasLabels } from "../labels.ts";
import type { Mesh } from "../mesh.ts";
import type { Service, ServicePort } from "../resources/core.ts";
import { targetPort } from "../server/ports.ts";
import type { Replica, Workload } from "../workload.ts";

export interface ServiceEndpoint {
  /** Absent where the address is no pod in view. */
  readonly at?: { readonly workload: Workload; readonly replica: Replica };
  readonly ip?: string;
  /** Port in the pod. */
  readonly port: number;
}

export function isHeadless(service: Service): boolean {
  return service.clusterIP === "None";
}

/**
 * EndpointSlices where the Service has any, since they are what istiod reads; otherwise the pods that its selector
 * takes in. Istio: pilot/pkg/serviceregistry/kube/controller/endpointslice.go.
 */
export function endpointsOf(mesh: Mesh, service: Service, port: ServicePort): readonly ServiceEndpoint[] {
  const slices = mesh.endpointSlices.filter(
    (slice) => slice.namespace === service.namespace && slice.service === service.name,
  );
  if (slices.length === 0) return selectedEndpoints(mesh, service, port);
  return slices.flatMap((slice) => {
    const target = slice.ports.find(({ name }) => name === (port.name ?? ""))?.port;
    if (target === undefined) return [];
    return slice.endpoints
      .filter(({ ready }) => ready)
      .flatMap((endpoint) =>
        endpoint.addresses.map((ip): ServiceEndpoint => {
          const at = podAt(mesh, ip, endpoint.pod);
          return { ip, port: target, ...(at === undefined ? {} : { at }) };
        }),
      );
  });
}

function selectedEndpoints(mesh: Mesh, service: Service, port: ServicePort): readonly ServiceEndpoint[] {
  if (Object.keys(service.selector).length === 0) return [];
  return allReplicas(mesh).flatMap(({ workload, replica }) => {
    if (replica.namespace !== service.namespace || !hasLabels(replica.labels, service.selector)) return [];
    const target = targetPort(port, replica.spec);
    if (target === undefined) return [];
    return [{ at: { workload, replica }, port: target, ...(replica.ip === undefined ? {} : { ip: replica.ip }) }];
  });
}

function podAt(
  mesh: Mesh,
  ip: string,
  pod: { readonly namespace: string; readonly name: string } | undefined,
): ServiceEndpoint["at"] {
  return allReplicas(mesh).find(({ replica }) =>
    pod === undefined ? replica.ip === ip : replica.pod?.namespace === pod.namespace && replica.pod.name === pod.name,
  );
}

function allReplicas(mesh: Mesh): readonly { readonly workload: Workload; readonly replica: Replica }[] {
  return mesh.workloads.flatMap((workload) => workload.replicas.map((replica) => ({ workload, replica })));
}
