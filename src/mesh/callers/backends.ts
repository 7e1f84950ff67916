/** From a Service that an object names to a call. */
import type { Mesh } from "../mesh.ts";
import { concreteService } from "../registry/alias.ts";
import { serviceIn } from "../registry/service.ts";
import type { BackendRef } from "../resources/backend-ref.ts";
import type { Service, ServicePort } from "../resources/core.ts";
import type { Meta } from "../resources/meta.ts";
import type { Call, Caller, Speaks } from "./call.ts";

/** The calls that one object tells of; mirrors and Services that are not in view give none. */
export function callsTo(
  mesh: Mesh,
  object: Meta,
  backends: readonly BackendRef[],
  caller: Caller,
  speaks: Speaks,
): readonly Call[] {
  return backends
    .filter(({ mirror }) => !mirror)
    .flatMap((backend): Call[] => {
      const service = serviceAt(mesh, backend.namespace, backend.name);
      const port = service === undefined ? undefined : portOf(service, backend.port);
      if (service === undefined || port === undefined) return [];
      const what = `${object.kind} ${object.name}`;
      const place = { object, pointer: backend.at };
      const target = { type: "service", service, port } as const;
      const confidence = isGranted(object, backend) ? "certain" : "likely";
      return [{ caller, target, speaks, phase: "run", evidence: [{ place, what, confidence }] }];
    });
}

/** Into another namespace a route leads only with a grant of that namespace; what stands above namespaces needs none. */
function isGranted({ namespace }: Meta, backend: BackendRef): boolean {
  return namespace === "" || namespace === backend.namespace;
}

/** The Service of a name; of an alias, the one that it stands for. */
export function serviceAt(mesh: Mesh, namespace: string, name: string): Service | undefined {
  const service = serviceIn(mesh, namespace, name);
  return service === undefined ? undefined : concreteService(mesh, service);
}

function portOf(service: Service, port: number | string | undefined): ServicePort | undefined {
  if (port === undefined) return service.ports.length === 1 ? service.ports[0] : undefined;
  return service.ports.find((each) => each.port === port || each.name === port);
}
