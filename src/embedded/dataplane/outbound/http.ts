/** Requests that leave a pod, or enter by a gateway: virtual host, route, cluster, endpoint. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Cluster, Endpoint, HttpRoute, VirtualHost } from "../config.ts";
import { describeRequest } from "../http/describe.ts";
import { Forward, type Retries, type Upstream } from "../http/forward.ts";
import { change, has, passed, set } from "../http/headers.ts";
import { BLACKHOLE, NO_CLUSTER, NO_HOST, NO_ROUTE, type Reply, reply } from "../http/replies.ts";
import { serveHttp } from "../http/server.ts";
import { forwardUpgrade } from "../http/upgrade.ts";
import { XFCC } from "../inbound/forwarded-client-cert.ts";
import type { Downstream, Running } from "../running.ts";
import { type Exchange, newExchange } from "../telemetry/exchange.ts";
import { PEER, PEER_ID, peerHeaders } from "../telemetry/peers.ts";
import { type Clusters, PASSTHROUGH } from "./clusters.ts";
import { mirrored } from "./mirror.ts";
import { redirect } from "./redirect.ts";
import { type Routed, rewritten, routeFor, virtualHostFor, weighted } from "./routing.ts";

/** Where requests of a connection find their routes. */
export interface Routes {
  hosts(): readonly VirtualHost[];
  /** What serves hosts that no virtual host names. */
  otherwise(): "passthrough" | "blackhole" | "not-found";
  /** `http`, or `https` where TLS ended here. */
  readonly scheme: string;
  readonly edge: boolean;
}

const STRIPPED = new Set([XFCC, PEER, PEER_ID, "x-envoy-decorator-operation", "x-envoy-attempt-count"]);
const RESPONSE_WITHOUT = new Set([
  "server",
  "x-envoy-upstream-service-time",
  "x-envoy-decorator-operation",
  PEER,
  PEER_ID,
]);
/** Istio: pilot/pkg/networking/core/route/retry/retry.go DefaultPolicy. */
const DEFAULT_RETRIES: Retries = {
  attempts: 2,
  on: new Set(["connect-failure", "refused-stream", "unavailable", "cancelled", "retriable-status-codes"]),
};
const NO_RETRIES: Retries = { attempts: 0, on: new Set() };

/** How a request goes on, or what is answered. */
type Plan = { readonly answer: Reply } | { readonly cluster: Cluster; readonly routed?: Routed };

export class OutboundHttp {
  readonly #proxy: Running;
  readonly #clusters: Clusters;

  constructor(proxy: Running, clusters: Clusters) {
    this.#proxy = proxy;
    this.#clusters = clusters;
  }

  serve(socket: Socket, downstream: Downstream, routes: Routes) {
    const serverName = routes.edge ? "istio-envoy" : "envoy";
    serveHttp(socket, {
      serverName,
      request: (request, response) => this.#request(request, response, downstream, routes, serverName),
      upgrade: (request, raw, head) => this.#upgrade(request, raw, head, downstream, routes, serverName),
      malformed: () => {
        const exchange = newExchange("http", downstream, "unknown");
        Object.assign(exchange, { code: 400, details: "http1.codec_error", sent: 11 });
        exchange.flags.add("DPE");
        this.#proxy.telemetry.finished("source", exchange);
      },
    });
  }

  #request(
    request: IncomingMessage,
    response: ServerResponse,
    downstream: Downstream,
    routes: Routes,
    serverName: string,
  ) {
    const exchange = this.#exchange(request, downstream);
    response.once("close", () => {
      if (!response.writableFinished && exchange.flags.size === 0) {
        exchange.flags.add("DC");
        Object.assign(exchange, { code: 0, details: "downstream_remote_disconnect" });
      }
      this.#proxy.telemetry.finished("source", exchange);
    });
    const plan = this.#plan(request, exchange, routes);
    if ("answer" in plan) return reply(response, exchange, plan.answer, serverName);
    const { cluster, routed } = plan;
    const route = routed?.route;
    const path = routed ? rewritten(routed, request.url ?? "/") : (request.url ?? "/");
    const headers = this.#headers(request, exchange, downstream, cluster, routed, routes);
    const forward = () =>
      new Forward(exchange, request, response, {
        method: request.method ?? "GET",
        path,
        headers,
        pick: this.#picker(cluster, downstream),
        retries: retriesOf(route),
        ...(route?.timeout === undefined ? {} : { timeout: route.timeout }),
        ...(route?.responseHeaders ? { responseHeaders: route.responseHeaders } : {}),
        added: [],
        without: RESPONSE_WITHOUT,
        serverName,
        countAttempts: true,
        draining: () => false,
      }).start();
    if (route?.mirror) this.#mirror(route.mirror, request, path, headers, downstream);
    this.#withFault(route, exchange, response, serverName, forward);
  }

  #upgrade(
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
    downstream: Downstream,
    routes: Routes,
    serverName: string,
  ) {
    const exchange = this.#exchange(request, downstream);
    const plan = this.#plan(request, exchange, routes);
    const refusal = "answer" in plan ? plan.answer : undefined;
    const upstream = "answer" in plan ? undefined : this.#picker(plan.cluster, downstream)();
    const headers =
      "answer" in plan ? [] : this.#headers(request, exchange, downstream, plan.cluster, plan.routed, routes);
    const finished = () => this.#proxy.telemetry.finished("source", exchange);
    forwardUpgrade({ exchange, request, socket, head, upstream, headers, refusal, serverName, finished });
  }

  #exchange(request: IncomingMessage, downstream: Downstream): Exchange {
    const exchange = newExchange("http", downstream, "unknown");
    describeRequest(exchange, request);
    if (downstream.serverName !== undefined) exchange.serverName = downstream.serverName;
    return exchange;
  }

  #plan({ method = "GET", url = "/", headers }: IncomingMessage, exchange: Exchange, routes: Routes): Plan {
    const { host } = headers;
    if (host === undefined) return { answer: NO_HOST };
    const virtualHost = virtualHostFor(routes.hosts(), host);
    if (!virtualHost) return unnamed(exchange, routes.otherwise());
    const routed = routeFor(virtualHost, { method, path: url, headers });
    if (!routed) return { answer: NO_ROUTE };
    const { action, name = "default" } = routed.route;
    exchange.route = name;
    if (action.type === "redirect") return { answer: redirect(action, routes.scheme, host, url) };
    if (action.type === "direct")
      return { answer: { code: action.status, body: action.body, details: "direct_response" } };
    const chosen = weighted(action.weighted, Math.random());
    const cluster = chosen && this.#proxy.config().outbound.clusters[chosen.cluster];
    if (chosen) exchange.cluster = chosen.cluster;
    if (!cluster) return { answer: NO_CLUSTER };
    if (cluster.host !== "") exchange.service = cluster.host;
    return { cluster, routed };
  }

  #picker(cluster: Cluster, { to }: Downstream): () => Upstream | undefined {
    const tried = new Set<Endpoint>();
    return () => {
      const endpoint = this.#clusters.next(cluster, to, tried);
      if (!endpoint) return undefined;
      tried.add(endpoint);
      return this.#clusters.upstream(cluster, endpoint);
    };
  }

  #headers(
    { rawHeaders }: IncomingMessage,
    exchange: Exchange,
    { from, certificate }: Downstream,
    cluster: Cluster,
    routed: Routed | undefined,
    { scheme, edge }: Routes,
  ): string[] {
    const headers = passed(rawHeaders, STRIPPED);
    if (edge) {
      const before = exchange.forwardedFor;
      set(headers, "x-forwarded-for", before === undefined ? from.ip : `${before},${from.ip}`);
      exchange.forwardedFor = before === undefined ? from.ip : `${before},${from.ip}`;
      set(headers, "x-forwarded-proto", scheme);
      if (certificate) headers.push(XFCC, certificate.element);
    } else if (!has(headers, "x-forwarded-proto")) headers.push("x-forwarded-proto", scheme);
    if (exchange.requestId === undefined) {
      exchange.requestId = randomUUID();
      headers.push("x-request-id", exchange.requestId);
    }
    if (cluster !== PASSTHROUGH) headers.push(...peerHeaders(this.#proxy.config().node, this.#proxy.ip));
    const authority = routed?.route.rewrite?.authority;
    if (authority !== undefined) set(headers, "host", authority);
    if (routed?.route.rewrite?.uri !== undefined) headers.push("x-envoy-original-path", exchange.path ?? "/");
    change(headers, routed?.route.requestHeaders);
    return headers;
  }

  #mirror(name: string, request: IncomingMessage, path: string, headers: readonly string[], downstream: Downstream) {
    const cluster = this.#proxy.config().outbound.clusters[name];
    const upstream = cluster && this.#picker(cluster, downstream)();
    if (upstream) mirrored(upstream, request, path, headers);
  }

  #withFault(
    route: HttpRoute | undefined,
    exchange: Exchange,
    response: ServerResponse,
    serverName: string,
    forward: () => void,
  ) {
    const { abort, delay } = route?.fault ?? {};
    const struck = (fault: { readonly percent: number } | undefined) => fault && Math.random() * 100 < fault.percent;
    const proceed = () => {
      if (response.destroyed) return;
      if (!abort || !struck(abort)) return forward();
      const answer: Reply = {
        code: abort.status,
        body: "fault filter abort",
        flags: ["FI"],
        details: "fault_filter_abort",
      };
      reply(response, exchange, answer, serverName);
    };
    if (!delay || !struck(delay)) return proceed();
    exchange.flags.add("DI");
    const timer = setTimeout(proceed, delay.ms);
    response.once("close", () => clearTimeout(timer));
  }
}

function unnamed(exchange: Exchange, otherwise: ReturnType<Routes["otherwise"]>): Plan {
  switch (otherwise) {
    case "passthrough":
      exchange.cluster = PASSTHROUGH.name;
      exchange.route = "allow_any";
      return { cluster: PASSTHROUGH };
    case "blackhole":
      exchange.route = "block_all";
      return { answer: BLACKHOLE };
    case "not-found":
      return { answer: NO_ROUTE };
  }
}

const policies = new WeakMap<HttpRoute, Retries>();

function retriesOf(route: HttpRoute | undefined): Retries {
  if (!route) return NO_RETRIES;
  if (!route.retries) return DEFAULT_RETRIES;
  const known = policies.get(route);
  if (known) return known;
  const { attempts, perTry, on } = route.retries;
  const wanted = on === "" ? DEFAULT_RETRIES.on : new Set(on.split(",").map((one) => one.trim()));
  const made = { attempts, on: wanted, ...(perTry === undefined ? {} : { perTry }) };
  policies.set(route, made);
  return made;
}
