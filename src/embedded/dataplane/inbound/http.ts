/** Requests that arrive for the application. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { describeRequest } from "../http/describe.ts";
import { Forward } from "../http/forward.ts";
import { has, passed } from "../http/headers.ts";
import { Pool } from "../http/pool.ts";
import { denied, NO_HOST, type Reply, reply } from "../http/replies.ts";
import { serveHttp } from "../http/server.ts";
import { forwardUpgrade } from "../http/upgrade.ts";
import type { Downstream, Running } from "../running.ts";
import { type Exchange, newExchange } from "../telemetry/exchange.ts";
import { PEER, PEER_ID, peerOf } from "../telemetry/peers.ts";
import { attributeOf } from "./attributes.ts";
import { authorize } from "./authorization.ts";
import type { PortPolicy } from "./chains.ts";
import type { Drain } from "./drain.ts";
import { XFCC } from "./forwarded-client-cert.ts";

const SERVER = "istio-envoy";
/** Envoy reads these and does not pass them on. */
const READ_HERE = new Set([PEER, PEER_ID, "x-envoy-decorator-operation"]);
const READ_HERE_WITH_XFCC = new Set([...READ_HERE, XFCC]);
const RESPONSE_WITHOUT = new Set(["server", "x-envoy-upstream-service-time"]);
const RETRIES = { attempts: 2, on: new Set(["connect-failure"]) };

export class InboundHttp {
  readonly #proxy: Running;
  readonly #pools = new Map<number, Pool>();

  constructor(proxy: Running) {
    this.#proxy = proxy;
  }

  serve(socket: Socket, downstream: Downstream, policy: PortPolicy, drain: Drain) {
    serveHttp(socket, {
      serverName: SERVER,
      request: (request, response) => this.#request(request, response, downstream, policy, drain),
      upgrade: (request, raw, head) => this.#upgrade(request, raw, head, downstream, policy),
      malformed: () => {
        const exchange = this.#exchange(downstream, policy);
        exchange.code = 400;
        exchange.flags.add("DPE");
        exchange.details = "http1.codec_error";
        exchange.sent = 11;
        this.#proxy.telemetry.finished("destination", exchange);
      },
    });
  }

  close() {
    for (const pool of this.#pools.values()) pool.destroy();
  }

  #request(
    request: IncomingMessage,
    response: ServerResponse,
    downstream: Downstream,
    policy: PortPolicy,
    drain: Drain,
  ) {
    const exchange = this.#exchange(downstream, policy, request);
    response.once("close", () => {
      if (!response.writableFinished && exchange.flags.size === 0) gone(exchange);
      this.#proxy.telemetry.finished("destination", exchange);
    });
    const refusal = this.#refusal(request, downstream);
    if (refusal) return reply(response, exchange, refusal, SERVER);
    const upstream = this.#upstream(downstream);
    new Forward(exchange, request, response, {
      method: request.method ?? "GET",
      path: request.url ?? "/",
      headers: this.#headers(request, exchange, downstream),
      pick: () => upstream,
      retries: RETRIES,
      added: decorator(policy, downstream),
      without: RESPONSE_WITHOUT,
      serverName: SERVER,
      countAttempts: false,
      draining: () => drain.asksToLeave(),
    }).start();
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer, downstream: Downstream, policy: PortPolicy) {
    const exchange = this.#exchange(downstream, policy, request);
    const refusal = this.#refusal(request, downstream);
    const upstream = this.#upstream(downstream);
    const headers = this.#headers(request, exchange, downstream);
    const finished = () => this.#proxy.telemetry.finished("destination", exchange);
    forwardUpgrade({ exchange, request, socket, head, upstream, headers, refusal, serverName: SERVER, finished });
  }

  #refusal(request: IncomingMessage, downstream: Downstream): Reply | undefined {
    if (request.headers.host === undefined) return NO_HOST;
    const policies = this.#proxy.config().inbound?.authorization ?? [];
    if (policies.length === 0) return undefined;
    const verdict = authorize(policies, attributeOf(downstream, request), "http");
    return verdict.allowed ? undefined : denied(verdict.matched);
  }

  #exchange(downstream: Downstream, { port }: PortPolicy, request?: IncomingMessage): Exchange {
    const { certificate, serverName } = downstream;
    const exchange = newExchange("http", downstream, certificate ? "mutual_tls" : "none");
    if (request) describeRequest(exchange, request);
    const peer = request && peerOf(request.headers);
    if (peer) exchange.peer = peer;
    if (certificate) exchange.sourcePrincipal = certificate.spiffe;
    if (certificate) exchange.destinationPrincipal = this.#proxy.identity().spiffe;
    if (serverName !== undefined) exchange.serverName = serverName;
    if (port?.service !== undefined) exchange.service = port.service;
    if (request) exchange.cluster = port ? `inbound|${port.port}||` : "InboundPassthroughCluster";
    if (request) exchange.route = "default";
    return exchange;
  }

  #headers({ rawHeaders }: IncomingMessage, exchange: Exchange, { certificate }: Downstream): string[] {
    const headers = passed(rawHeaders, certificate ? READ_HERE : READ_HERE_WITH_XFCC);
    if (certificate) appendXfcc(headers, certificate.element);
    if (!has(headers, "x-forwarded-proto")) headers.push("x-forwarded-proto", "http");
    if (exchange.requestId === undefined) {
      exchange.requestId = randomUUID();
      headers.push("x-request-id", exchange.requestId);
    }
    return headers;
  }

  #upstream({ to }: Downstream) {
    const { network, ip } = this.#proxy;
    const dial = () => network.dial(ip, to, { direct: true, allowHalfOpen: true });
    const pool = this.#pools.get(to.port) ?? new Pool(dial);
    this.#pools.set(to.port, pool);
    return { pool, address: `${to.ip}:${to.port}`, localIp: "127.0.0.6" };
  }
}

function gone(exchange: Exchange) {
  exchange.flags.add("DC");
  exchange.code = 0;
  exchange.details = "downstream_remote_disconnect";
}

/** An element that the caller's proxy forwards stays before ours. */
function appendXfcc(headers: string[], element: string) {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name === XFCC);
  if (at < 0) headers.push(XFCC, element);
  else headers[at + 1] = `${headers[at + 1]},${element}`;
}

function decorator({ port }: PortPolicy, { to }: Downstream): readonly string[] {
  const service = port?.service ? `${port.service}:${port.servicePort ?? port.port}` : `:${to.port}`;
  return ["x-envoy-decorator-operation", `${service}/*`];
}
