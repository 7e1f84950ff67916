/** Connections that leave as bytes: to a cluster's endpoint, or where they were dialled. */
import type { Socket } from "node:net";
import type { Cluster, TcpRoute } from "../config.ts";
import { whenReady } from "../http/pool.ts";
import type { Downstream, Running } from "../running.ts";
import { newExchange } from "../telemetry/exchange.ts";
import { splice } from "../wire/splice.ts";
import { type Clusters, isMutual, type Purpose } from "./clusters.ts";
import { weighted } from "./routing.ts";

export function clusterOf(proxy: Running, { weighted: choices }: TcpRoute): Cluster | undefined {
  const chosen = weighted(choices, Math.random());
  return chosen && proxy.config().outbound.clusters[chosen.cluster];
}

/** Dials the cluster before the caller says a word, as Envoy's TCP proxy does. */
export function dialTcp(
  proxy: Running,
  clusters: Clusters,
  socket: Socket,
  downstream: Downstream,
  cluster: Cluster | undefined,
  purpose: Purpose = "tcp",
) {
  const exchange = newExchange("tcp", downstream, "unknown");
  if (cluster) exchange.cluster = cluster.name;
  if (cluster && cluster.host !== "") exchange.service = cluster.host;
  const endpoint = cluster && clusters.next(cluster, downstream.to, new Set());
  if (downstream.serverName !== undefined) exchange.serverName = downstream.serverName;
  if (!cluster || !endpoint) {
    exchange.flags.add(cluster ? "UH" : "NR");
    socket.destroy();
    return proxy.telemetry.log(exchange);
  }
  clusters.describe(exchange, cluster, endpoint, isMutual(cluster.tls, endpoint));
  proxy.telemetry.opened("source", exchange);
  const upstream = clusters.dial(cluster, endpoint, purpose);
  whenReady(upstream, cluster.connectTimeout ?? 10_000, (error) => {
    if (error) {
      exchange.flags.add("UF").add("URX");
      socket.destroy();
      return proxy.telemetry.finished("source", exchange);
    }
    exchange.upstreamLocal = `${proxy.ip}:${upstream.localPort ?? 0}`;
    splice(socket, upstream, ({ forth, back }) => {
      exchange.received = forth;
      exchange.sent = back;
      proxy.telemetry.finished("source", exchange);
    });
  });
}
