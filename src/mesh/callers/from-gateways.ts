/** Calls that gateways make: the routes of VirtualServices that are bound to a Gateway. */

import { inNamespace } from "../by-namespace.ts";
import type { Mesh } from "../mesh.ts";
import { gatewayRef } from "../registry/gateway-name.ts";
import { fullHost } from "../registry/host.ts";
import { serviceOfHost } from "../registry/service.ts";
import type { Gateway, VirtualService } from "../resources/istio.ts";
import type { Call, Caller } from "./call.ts";
import { gatewayWorkloads } from "./from-routes.ts";

/** A VirtualService sends what enters a Gateway to its destinations: the pods of the Gateway are the caller. */
export function callsFromGateways(mesh: Mesh): readonly Call[] {
  return mesh.virtualServices.flatMap((virtualService) =>
    virtualService.gateways
      .filter((name) => name !== "mesh")
      .flatMap((name) => {
        const caller = gatewayCaller(mesh, name, virtualService);
        return destinationCalls(mesh, virtualService, caller);
      }),
  );
}

function destinationCalls(mesh: Mesh, virtualService: VirtualService, caller: Caller): readonly Call[] {
  return virtualService.routes.flatMap((route) =>
    route.destinations
      .filter(({ mirror }) => !mirror)
      .flatMap((destination): Call[] => {
        const host = fullHost(destination.host, virtualService.namespace);
        const service = serviceOfHost(mesh, host);
        const port =
          destination.port === undefined && service?.ports.length === 1
            ? service.ports[0]
            : service?.ports.find((each) => each.port === destination.port);
        if (service === undefined || port === undefined) return [];
        return [
          {
            caller,
            target: {
              type: "service",
              service,
              port,
              ...(destination.subset === undefined ? {} : { subset: destination.subset }),
            },
            phase: "run",
            speaks: route.protocol,
            evidence: [
              {
                place: { object: virtualService, pointer: destination.at },
                what: `VirtualService ${virtualService.name}`,
                confidence: "certain",
              },
            ],
          },
        ];
      }),
  );
}

function gatewayCaller(mesh: Mesh, written: string, { namespace }: VirtualService): Caller {
  const ref = gatewayRef(written, namespace);
  const gateway = inNamespace(mesh.gateways, ref.namespace).find(({ name }) => name === ref.name);
  if (gateway === undefined) {
    return { type: "gateway", name: `gateway ${ref.namespace}/${ref.name}`, namespace: ref.namespace, workloads: [] };
  }
  // A Gateway configures the proxies whose pods carry the labels of its selector, in any namespace.
  const workloads = gatewayWorkloads(mesh, undefined, gateway.selector);
  const name = workloads[0]?.name ?? nameBySelector(gateway);
  return { type: "gateway", name, namespace: workloads[0]?.namespace ?? gateway.namespace, gateway, workloads };
}

function nameBySelector({ selector, name }: Gateway): string {
  return selector.istio ?? selector.app ?? Object.values(selector)[0] ?? name;
}
