/** Calls that gateways make: the routes of VirtualServices that are bound to a Gateway. */

import { inNamespace } from "../by-namespace.ts";
import type { Mesh } from "../mesh.ts";
import { gatewayRef } from "../registry/gateway-name.ts";
import { fullHost } from "../registry/host.ts";
import { serviceOfHost } from "../registry/service.ts";
import type { Gateway, Route, VirtualService } from "../resources/istio.ts";
import type { Call, Caller } from "./call.ts";
import { gatewayWorkloads } from "./from-routes.ts";

/** A VirtualService sends what enters a Gateway to its destinations: the pods of the Gateway are the caller. */
export function callsFromGateways(mesh: Mesh): readonly Call[] {
  return mesh.virtualServices.flatMap((virtualService) =>
    virtualService.gateways
      .filter((name) => name !== "mesh")
      .flatMap((name) => {
        const caller = gatewayCaller(mesh, name, virtualService);
        const routes = virtualService.routes.filter((route) => isFor(route, virtualService, name));
        return [
          ...destinationCalls(mesh, virtualService, routes, caller),
          ...delegatesOf(mesh, virtualService, routes).flatMap((each) =>
            destinationCalls(mesh, each, each.routes, caller),
          ),
        ];
      }),
  );
}

/** A match can name some of the gateways only. */
function isFor({ matches }: Route, { namespace }: VirtualService, gateway: string): boolean {
  const wanted = refKeyOf(gateway, namespace);
  return (
    matches.length === 0 ||
    matches.some(
      ({ gateways }) =>
        gateways.length === 0 || gateways.some((each) => each !== "mesh" && refKeyOf(each, namespace) === wanted),
    )
  );
}

function refKeyOf(written: string, own: string): string {
  const { namespace, name } = gatewayRef(written, own);
  return `${namespace}/${name}`;
}

/** A delegate has no hosts of its own, and delegates no further. Istio: pilot/pkg/model/virtualservice.go mergeVirtualServicesIfNeeded. */
function delegatesOf(mesh: Mesh, root: VirtualService, routes: readonly Route[]): readonly VirtualService[] {
  return routes.flatMap(({ delegate }) => {
    if (delegate === undefined) return [];
    const { name, namespace = root.namespace } = delegate;
    const found = inNamespace(mesh.virtualServices, namespace).find((each) => each.name === name);
    return found === undefined || found.hosts.length > 0 ? [] : [found];
  });
}

function destinationCalls(
  mesh: Mesh,
  virtualService: VirtualService,
  routes: readonly Route[],
  caller: Caller,
): readonly Call[] {
  return routes.flatMap((route) =>
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
