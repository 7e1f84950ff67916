/** What a caller with a sidecar sends to each endpoint of a port, as one text to compare. */
import { clusterFor, sendsTo } from "../../client/cluster.ts";
import type { Mesh } from "../../mesh.ts";
import { endpointsOf } from "../../registry/endpoints.ts";
import type { RegistryPort, RegistryService } from "../../registry/service.ts";
import type { MeshedCaller } from "../meshed-caller.ts";

export function sentTo(mesh: Mesh, caller: MeshedCaller, service: RegistryService, port: RegistryPort): string {
  const pod = { proxy: "sidecar", ...caller } as const;
  const cluster = clusterFor(mesh, pod, service, port);
  if (cluster === undefined) return "";
  return endpointsOf(mesh, service, port)
    .map((endpoint) => sendsTo(mesh, pod, cluster, endpoint))
    .map((answer) => (answer.known ? answer.sends.tls : "unknown"))
    .join();
}
