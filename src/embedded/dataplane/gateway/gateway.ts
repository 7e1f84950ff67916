/** The listeners of a gateway: opened and closed as its configuration says; TLS by server name, HTTP by Host header. */
import { createHash, X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { createSecureContext, type SecureContext, type TLSSocket } from "node:tls";
import type { Accepted, Listener } from "../../network/network.ts";
import type { GatewayServer, VirtualHost } from "../config.ts";
import { clientCertElement } from "../inbound/forwarded-client-cert.ts";
import type { Clusters } from "../outbound/clusters.ts";
import { OutboundHttp, type Routes } from "../outbound/http.ts";
import { clusterOf, dialTcp } from "../outbound/tcp.ts";
import type { ClientCertificate, Downstream, Running } from "../running.ts";
import { newExchange } from "../telemetry/exchange.ts";
import { type ClientHello, readClientHello } from "../wire/client-hello.ts";
import { acceptTls, contextOf, spiffeOf } from "../wire/handshake.ts";
import { peek } from "../wire/inspect.ts";
import { reset } from "../wire/splice.ts";
import { isTls, plainHosts, serverFor } from "./servers.ts";

const NO_HOSTS: readonly VirtualHost[] = [];

export class Gateway {
  readonly #proxy: Running;
  readonly #clusters: Clusters;
  readonly #http: OutboundHttp;
  readonly #listeners = new Map<number, Promise<Listener>>();

  constructor(proxy: Running, clusters: Clusters) {
    this.#proxy = proxy;
    this.#clusters = clusters;
    this.#http = new OutboundHttp(proxy, clusters);
  }

  reconfigured() {
    const ports = new Set(this.#proxy.config().servers.map(({ port }) => port));
    for (const [port, listener] of this.#listeners) {
      if (!ports.has(port) && this.#listeners.delete(port)) void closed(listener);
    }
    for (const port of ports) {
      if (this.#listeners.has(port)) continue;
      const at = { ip: this.#proxy.ip, port };
      const listener = this.#proxy.network.listen(at, (connection) => this.#accept(connection, port));
      this.#listeners.set(port, listener);
      // Somebody else has the port: Envoy rejects the listener and goes on with the others.
      listener.catch(() => this.#listeners.delete(port));
    }
  }

  async close() {
    await Promise.all([...this.#listeners.values()].map(closed));
  }

  #accept({ socket, from, to }: Accepted, port: number) {
    const servers = this.#proxy.config().servers.filter((server) => server.port === port);
    const tls = servers.filter(isTls);
    if (tls.length > 0) return this.#inspect(socket, { from, to }, tls);
    const tcp = servers.find(({ protocol }) => protocol === "tcp");
    if (tcp?.tcp) return dialTcp(this.#proxy, this.#clusters, socket, { from, to }, clusterOf(this.#proxy, tcp.tcp));
    this.#http.serve(
      socket,
      { from, to },
      this.#routes("http", () => plainHosts(this.#proxy.config().servers, port)),
    );
  }

  #inspect(socket: Socket, downstream: Downstream, servers: readonly GatewayServer[]) {
    peek(socket, readClientHello, (hello) => {
      if (hello === "closed") return void socket.destroy();
      const server = hello === "not-tls" ? undefined : serverFor(servers, hello.serverName);
      if (!server || hello === "not-tls") return this.#unmatched(socket, downstream);
      const named = hello.serverName === undefined ? downstream : { ...downstream, serverName: hello.serverName };
      if (server.tls?.mode !== "passthrough") return this.#endTls(socket, named, server, hello);
      dialTcp(this.#proxy, this.#clusters, socket, named, server.tcp && clusterOf(this.#proxy, server.tcp));
    });
  }

  #unmatched(socket: Socket, downstream: Downstream) {
    const exchange = newExchange("tcp", downstream, "unknown");
    exchange.flags.add("NR");
    exchange.details = "filter_chain_not_found";
    this.#proxy.telemetry.log(exchange);
    reset(socket);
  }

  #endTls(raw: Socket, downstream: Downstream, server: GatewayServer, { alpn: offered }: ClientHello) {
    const { tls, port } = server;
    const own = tls?.mode === "istio-mutual" ? contextOf(this.#proxy.identity()) : certificateContext(tls);
    // A server whose certificate is not there yet has no secret: Envoy ends such connections.
    if (!own) return reset(raw);
    const clients =
      tls?.mode === "simple" ? "anonymous" : tls?.mode === "istio-mutual" ? { spiffePrefix: "spiffe://" } : {};
    acceptTls(raw, { context: own, alpn: ["http/1.1"], offered, clients }, (socket) => {
      if (!socket) return;
      const certificate = clients === "anonymous" ? undefined : certificateOf(socket, this.#proxy.identity().spiffe);
      const known = certificate ? { ...downstream, certificate } : downstream;
      if (server.tcp) return dialTcp(this.#proxy, this.#clusters, socket, known, clusterOf(this.#proxy, server.tcp));
      const hosts = () => this.#sameServer(port, server)?.virtualHosts ?? NO_HOSTS;
      this.#http.serve(socket, known, this.#routes("https", hosts));
    });
  }

  /** The server as it is configured now: routes of kept connections change with it. */
  #sameServer(port: number, { tls }: GatewayServer): GatewayServer | undefined {
    const hosts = tls?.hosts.join();
    return this.#proxy.config().servers.find((server) => server.port === port && server.tls?.hosts.join() === hosts);
  }

  #routes(scheme: "http" | "https", hosts: () => readonly VirtualHost[]): Routes {
    return { hosts, otherwise: () => "not-found", scheme, edge: true };
  }
}

async function closed(listener: Promise<Listener>) {
  await listener.then(
    (opened) => opened.close(),
    () => {},
  );
}

const contexts = new Map<string, SecureContext | undefined>();

/** Made once per certificate; undefined where there is none, or it cannot be read. */
function certificateContext(tls: GatewayServer["tls"]): SecureContext | undefined {
  const { certificate, key, roots } = tls ?? {};
  if (certificate === undefined || key === undefined) return undefined;
  const name = createHash("sha256").update(`${certificate} ${key} ${roots}`).digest("hex");
  if (!contexts.has(name)) contexts.set(name, contextFrom(certificate, key, roots));
  return contexts.get(name);
}

function contextFrom(cert: string, key: string, ca: string | undefined): SecureContext | undefined {
  try {
    new X509Certificate(cert);
    return createSecureContext({ cert, key, ...(ca === undefined ? {} : { ca }) });
  } catch {
    return undefined;
  }
}

function certificateOf(socket: TLSSocket, own: string): ClientCertificate {
  const certificate = socket.getPeerCertificate();
  const spiffe = spiffeOf(certificate) ?? "";
  return { spiffe, element: clientCertElement(own, certificate, spiffe) };
}
