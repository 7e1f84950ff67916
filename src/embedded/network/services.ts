/** kube-proxy: where a connection to a Service's address goes. Endpoints are taken in turn. */
import type { Address } from "./network.ts";

export interface Services {
  route(service: Address, endpoints: readonly Address[] | undefined): void;
  /** The address itself where it is no Service's; `refused` where the Service has no endpoints; undefined where it has no such port. */
  resolve(to: Address): Address | "refused" | undefined;
}

export const keyOf = ({ ip, port }: Address): string => `${ip}:${port}`;

export function createServices(): Services {
  const routes = new Map<string, { readonly endpoints: readonly Address[]; next: number }>();
  const portsOf = new Map<string, number>();
  return {
    route(service, endpoints) {
      const known = routes.has(keyOf(service));
      if (endpoints === undefined) routes.delete(keyOf(service));
      else routes.set(keyOf(service), { endpoints, next: 0 });
      const count = (portsOf.get(service.ip) ?? 0) + (endpoints === undefined ? 0 : 1) - (known ? 1 : 0);
      if (count > 0) portsOf.set(service.ip, count);
      else portsOf.delete(service.ip);
    },
    resolve(to) {
      const route = routes.get(keyOf(to));
      if (route) return route.endpoints[route.next++ % route.endpoints.length] ?? "refused";
      return portsOf.has(to.ip) ? undefined : to;
    },
  };
}
