/** The listeners of a sidecar for what leaves its pod (port 15001): by address for TCP, by port for HTTP, else as dialled. */
import type { Socket } from "node:net";
import type { Accepted, Address } from "../../network/network.ts";
import type { TcpRoute, VirtualHost } from "../config.ts";
import type { Downstream, Running } from "../running.ts";
import { peek, readContent } from "../wire/inspect.ts";
import { BLACKHOLE, Clusters, PASSTHROUGH } from "./clusters.ts";
import { OutboundHttp, type Routes } from "./http.ts";
import { routeFor, virtualHostFor, weighted } from "./routing.ts";
import { clusterOf, dialTcp } from "./tcp.ts";

/** What nobody told of goes there. */
const UNKNOWN = { passthrough: PASSTHROUGH, blackhole: BLACKHOLE } as const;

export class OutboundListener {
  readonly clusters: Clusters;
  readonly #proxy: Running;
  readonly #http: OutboundHttp;

  constructor(proxy: Running) {
    this.#proxy = proxy;
    this.clusters = new Clusters(proxy);
    this.#http = new OutboundHttp(proxy, this.clusters);
  }

  accept({ socket, from, to }: Accepted) {
    const route = this.#tcpRoute(to);
    const asBytes = () => {
      const cluster = route ? clusterOf(this.#proxy, route) : UNKNOWN[this.#proxy.config().outbound.otherwise];
      dialTcp(this.#proxy, this.clusters, socket, { from, to }, cluster);
    };
    if (!this.#hosts(to) || (route && !route.sniff)) return asBytes();
    peek(socket, readContent, (content) => {
      if (content === "closed") return void socket.destroy();
      if (content === "http/1.1") return this.#http.serve(socket, { from, to }, this.#routes(to));
      if (content === "h2c" && !route) return this.#passHttp2(socket, { from, to });
      asBytes();
    });
  }

  /** HTTP/2 passes as bytes to the cluster of the Service that was dialled: its requests are not read. */
  #passHttp2(socket: Socket, downstream: Downstream) {
    const { http, clusters } = this.#proxy.config().outbound;
    const { ip, port } = downstream.to;
    const host = virtualHostFor(http[port] ?? [], ip);
    const action = host && routeFor(host, { method: "POST", path: "/", headers: { host: ip } })?.route.action;
    const chosen = action?.type === "clusters" ? weighted(action.weighted, Math.random()) : undefined;
    const cluster = chosen ? clusters[chosen.cluster] : PASSTHROUGH;
    dialTcp(this.#proxy, this.clusters, socket, downstream, cluster, "h2");
  }

  /** A pod that dials its own address means itself, not the Service that it belongs to. */
  #tcpRoute({ ip, port }: Address): TcpRoute | undefined {
    return ip === this.#proxy.ip ? undefined : this.#proxy.config().outbound.tcp[`${ip}:${port}`];
  }

  /** Those of the address before those of its port. */
  #hosts(to: Address): readonly VirtualHost[] | undefined {
    return this.#tcpRoute(to)?.http ?? this.#proxy.config().outbound.http[to.port];
  }

  #routes(to: Address): Routes {
    return {
      hosts: () => this.#hosts(to) ?? [],
      otherwise: () => this.#proxy.config().outbound.otherwise,
      scheme: "http",
      edge: false,
    };
  }
}
