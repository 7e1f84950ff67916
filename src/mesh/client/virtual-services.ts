/** Which routes of VirtualServices a sidecar follows for a service. */

import { compareText } from "../age.ts";
import type { Missing } from "../answer.ts";
import type { Speaks } from "../callers/call.ts";
import { hasLabels } from "../labels.ts";
import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import { fullHost, mostSpecific, overlaps } from "../registry/host.ts";
import type { ProxiedPod, Scope } from "../registry/scope.ts";
import type { RegistryPort, RegistryService } from "../registry/service.ts";
import type { Destination, Route, VirtualService } from "../resources/istio.ts";

export type Chosen =
  | { readonly by: "service" }
  | {
      readonly by: "route";
      readonly kind: "http" | "tcp" | "tls";
      /** Namespace in which the short names of the destinations are to be read. */
      readonly namespace: string;
      readonly destinations: readonly Destination[];
    }
  | { readonly by: "unknown"; readonly missing: readonly Missing[] };

const BY_SERVICE: Chosen = { by: "service" };

/**
 * HTTP follows http routes of the one VirtualService that is for the host; other bytes follow the first matching tcp
 * route of any, or tls routes on a TLS port. Without a route the service itself is the destination.
 * Istio: pilot/pkg/networking/core/route/route.go BuildSidecarVirtualHostWrapper, core/tls.go.
 */
export function routeFor(
  _mesh: Mesh,
  pod: ProxiedPod,
  scope: Scope,
  service: RegistryService,
  port: RegistryPort,
  speaks: Speaks,
): Chosen {
  if (port.family === "HTTP" || (port.family === "AUTO" && speaks === "http")) {
    const virtualService = httpRoutesFor(scope, pod, service.host);
    return virtualService === undefined ? BY_SERVICE : follow(virtualService, "http", pod, port);
  }
  const kind = port.tls ? "tls" : "tcp";
  const matching = orders(scope.virtualServices)(pod.namespace).filter(
    ({ hosts, namespace, routes }) =>
      routes.some(({ protocol }) => protocol === kind) &&
      hosts.some((host) => overlaps(fullHost(host, namespace), service.host)),
  );
  for (const virtualService of matching) {
    const chosen = follow(virtualService, kind, pod, port);
    if (chosen.by !== "service") return chosen;
  }
  return BY_SERVICE;
}

/** The one VirtualService whose http routes a proxy follows for a host; undefined where the service itself is the destination. */
export function httpRoutesFor(scope: Scope, { namespace }: ProxiedPod, host: string): VirtualService | undefined {
  return mostSpecific(host, httpByHost(orders(scope.virtualServices)(namespace)));
}

/** Private ones come first, then those exported to the namespace by name, then public ones. Istio: virtualservice.go SelectVirtualServices. */
const orders = remembered((virtualServices: Scope["virtualServices"]) => {
  if (virtualServices.every(isPublic)) return () => virtualServices;
  const byCaller = new Map<string, Scope["virtualServices"]>();
  return (caller: string) => {
    const nearness = (each: VirtualService) => (isPublic(each) ? 2 : each.namespace === caller ? 0 : 1);
    const ordered = byCaller.get(caller) ?? virtualServices.toSorted((a, b) => nearness(a) - nearness(b));
    byCaller.set(caller, ordered);
    return ordered;
  };
});

function isPublic({ exportTo }: VirtualService): boolean {
  return exportTo.length === 0 || exportTo.includes("*");
}

/** Those with http routes; of several for one host the first counts. */
const httpByHost = remembered((virtualServices: Scope["virtualServices"]) => {
  const byHost = new Map<string, VirtualService>();
  for (const each of virtualServices) {
    if (!each.routes.some(({ protocol }) => protocol === "http")) continue;
    for (const host of each.hosts.map((name) => fullHost(name, each.namespace))) {
      if (!byHost.has(host)) byHost.set(host, each);
    }
  }
  return byHost;
});

/** The first route whose static conditions hold for this pod and port; conditions on the request are not known here. */
function follow(virtualService: VirtualService, kind: Route["protocol"], pod: ProxiedPod, port: RegistryPort): Chosen {
  const possible: Route[] = [];
  for (const route of virtualService.routes.filter(({ protocol }) => protocol === kind)) {
    const match = matchOf(route, pod, port);
    if (match === "no") continue;
    possible.push(route);
    if (match === "always") break;
  }
  const [first] = possible;
  if (first === undefined) return BY_SERVICE;
  if (possible.some((route) => !route.forwards)) return { by: "unknown", missing: [notFollowed(virtualService)] };
  if (possible.length > 1 && new Set(possible.map(signature)).size > 1) {
    return { by: "unknown", missing: [notTold(virtualService)] };
  }
  return { by: "route", kind, namespace: virtualService.namespace, destinations: first.destinations };
}

/** A match list is a disjunction; an empty one always holds. */
function matchOf({ matches }: Route, pod: ProxiedPod, port: RegistryPort): "always" | "sometimes" | "no" {
  if (matches.length === 0) return "always";
  const possible = matches.filter(
    (match) =>
      (match.gateways.length === 0 || match.gateways.includes("mesh")) &&
      hasLabels(pod.labels, match.sourceLabels) &&
      (match.port === undefined || match.port === port.port) &&
      (match.sourceNamespace === undefined || match.sourceNamespace === pod.namespace),
  );
  if (possible.length === 0) return "no";
  return possible.some((match) => !match.onRequest) ? "always" : "sometimes";
}

function signature({ destinations }: Route): string {
  return destinations
    .map(({ host, subset, port }) => `${host}|${subset ?? ""}|${port ?? ""}`)
    .toSorted(compareText)
    .join();
}

function notFollowed(virtualService: VirtualService): Missing {
  const object = virtualService.madeFrom ?? virtualService;
  return {
    code: "undetermined",
    says: `a route of ${object.kind} ${object.namespace}/${object.name} redirects, delegates or answers itself`,
    place: { object, pointer: "/spec" },
  };
}

function notTold(virtualService: VirtualService): Missing {
  const object = virtualService.madeFrom ?? virtualService;
  return {
    code: "undetermined",
    says: `which route of ${object.kind} ${object.namespace}/${object.name} the call takes depends on the request`,
    place: { object, pointer: "/spec" },
  };
}
