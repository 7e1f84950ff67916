/** A caller behind a sidecar, and a shop of two versions without proxies: for what the caller's proxy makes of a request. */
import type { Cluster, Endpoint, HttpRoute, Outbound, VirtualHost } from "../../../src/embedded/dataplane/config.ts";
import { type Answer, cluster, type Handler, type Pod, Pods } from "./pods.ts";

export const CALLER = "10.66.1.20";
export const VIP = { ip: "10.67.0.9", port: 80 };
export const HOST = "shop.default.svc.cluster.local";
export const V1 = { ip: "10.66.2.1", port: 8080 };
export const V2 = { ip: "10.66.2.2", port: 8080 };

const named =
  (name: string): Handler =>
  (request, response) => {
    response.setHeader("x-served-by", name);
    response.end(`${name} ${request.method} ${request.headers.host} ${request.url}`);
  };

/** A cluster of plaintext endpoints. */
export function plain(name: string, endpoints: readonly Endpoint[], more: Partial<Cluster> = {}): Cluster {
  return { ...cluster(HOST, 80, endpoints), name, tls: { mode: "none" }, ...more };
}
export const v1 = plain("v1", [V1]);
export const v2 = plain("v2", [V2]);

export const to = (name: string, weight = 1) => ({ cluster: name, weight });
export const clusters = (...names: readonly string[]) =>
  ({ type: "clusters", weighted: names.map((name) => to(name)) }) as const;
export const served = { matches: [], action: clusters("v1") };
export const match = (more: Partial<HttpRoute["matches"][number]>) => ({
  headers: {},
  withoutHeaders: {},
  query: {},
  ...more,
});

export interface Shop {
  readonly pods: Pods;
  readonly caller: Pod;
  routes(list: readonly HttpRoute[], more?: Partial<Outbound>, domains?: readonly string[]): void;
  call(path?: string, headers?: Record<string, string>, method?: string, body?: string): Promise<Answer>;
}

export async function startShop(): Promise<Shop> {
  const pods = new Pods();
  const caller = await pods.withProxy("caller", CALLER);
  await pods.serve(V1, named("v1"));
  await pods.serve(V2, named("v2"));
  pods.network.route(VIP, [V1]);
  return {
    pods,
    caller,
    routes(list, more = {}, domains = [HOST, "shop"]) {
      const host: VirtualHost = { name: HOST, domains, routes: list };
      caller.configure({
        outbound: { clusters: { v1, v2 }, http: { 80: [host] }, tcp: {}, otherwise: "passthrough", ...more },
      });
    },
    call: (path = "/", headers = {}, method = "GET", body = undefined) =>
      pods.get(CALLER, VIP, { host: "shop", ...headers }, path, method, body),
  };
}
