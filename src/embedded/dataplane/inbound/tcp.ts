/** Bytes that arrive for the application, handed on as they are. */
import type { Socket } from "node:net";
import { whenReady } from "../http/pool.ts";
import type { Downstream, Running } from "../running.ts";
import { type Exchange, newExchange } from "../telemetry/exchange.ts";
import { proxyAt } from "../telemetry/peers.ts";
import { peek } from "../wire/inspect.ts";
import { splice } from "../wire/splice.ts";
import { attributeOf } from "./attributes.ts";
import { authorize } from "./authorization.ts";
import type { PortPolicy } from "./chains.ts";

export function serveTcp(proxy: Running, socket: Socket, downstream: Downstream, { port }: PortPolicy) {
  const exchange = tcpExchange(proxy, downstream, port?.service);
  exchange.cluster = port ? `inbound|${port.port}||` : "InboundPassthroughCluster";
  const policies = proxy.config().inbound?.authorization ?? [];
  if (!authorize(policies, attributeOf(downstream), "tcp").allowed) return refuse(proxy, socket, exchange);
  const { ip, port: number } = downstream.to;
  const upstream = proxy.network.dial(proxy.ip, { ip, port: number }, { direct: true, allowHalfOpen: true });
  proxy.telemetry.opened("destination", exchange);
  exchange.upstream = `${ip}:${number}`;
  whenReady(upstream, 10_000, (error) => {
    if (error) {
      exchange.flags.add("UF").add("URX");
      socket.destroy();
      return proxy.telemetry.finished("destination", exchange);
    }
    exchange.upstreamLocal = `127.0.0.6:${upstream.localPort}`;
    splice(socket, upstream, ({ forth, back }) => {
      exchange.received = forth;
      exchange.sent = back;
      proxy.telemetry.finished("destination", exchange);
    });
  });
}

function tcpExchange(proxy: Running, downstream: Downstream, service: string | undefined): Exchange {
  const { certificate, serverName, from } = downstream;
  const exchange = newExchange("tcp", downstream, certificate ? "mutual_tls" : "none");
  const peer = certificate && proxyAt(proxy.network, from.ip);
  if (peer) exchange.peer = peer;
  if (certificate) exchange.sourcePrincipal = certificate.spiffe;
  if (certificate) exchange.destinationPrincipal = proxy.identity().spiffe;
  if (serverName !== undefined) exchange.serverName = serverName;
  if (service !== undefined) exchange.service = service;
  return exchange;
}

/** Closed at the first byte, as Envoy's RBAC filter for connections does. */
function refuse(proxy: Running, socket: Socket, exchange: Exchange) {
  peek(
    socket,
    () => true,
    () => {
      socket.resume();
      socket.destroySoon();
      exchange.details = "rbac_access_denied_matched_policy[none]";
      proxy.telemetry.opened("destination", exchange);
      proxy.telemetry.finished("destination", exchange);
    },
  );
}
