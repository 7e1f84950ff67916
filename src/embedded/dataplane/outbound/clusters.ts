/** The clusters of a proxy: which endpoint comes next, how it is dialled, and the connections that are kept to it. */
import type { Socket } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import type { Address } from "../../network/network.ts";
import type { Cluster, ClusterTls, Endpoint, Identity } from "../config.ts";
import type { Upstream } from "../http/forward.ts";
import { Pool } from "../http/pool.ts";
import type { Running } from "../running.ts";
import type { Exchange } from "../telemetry/exchange.ts";
import { beginTls, type ClientTls, contextOf } from "../wire/handshake.ts";

/** What the connection is for: it decides the protocols that TLS offers. */
export type Purpose = "http" | "h2" | "tcp";

/** Calls that no Service takes go where they were dialled, in plaintext. */
export const PASSTHROUGH: Cluster = {
  name: "PassthroughCluster",
  host: "",
  port: 0,
  discovery: "original-dst",
  endpoints: [],
  tls: { mode: "none" },
};

/** Or, under REGISTRY_ONLY, to nobody: it has no endpoint. */
export const BLACKHOLE: Cluster = { ...PASSTHROUGH, name: "BlackHoleCluster", discovery: "eds" };

/** Istio's ALPN filter names the protocol inside. Istio: pilot/pkg/xds/filters/filters.go Alpn. */
const ALPN: Readonly<Record<Purpose, readonly string[] | undefined>> = {
  http: ["istio-http/1.1", "istio", "http/1.1"],
  h2: ["istio-h2", "istio", "h2"],
  tcp: undefined,
};
const TCP_ALPN = ["istio-peer-exchange", "istio"];
const CONNECT_TIMEOUT = 10_000;

interface Kept {
  readonly pool: Pool;
  readonly cluster: Cluster;
  readonly endpoint: Endpoint;
  readonly identity: Identity;
}

export class Clusters {
  readonly #proxy: Running;
  readonly #turns = new Map<string, number>();
  readonly #pools = new Map<string, Kept>();

  constructor(proxy: Running) {
    this.#proxy = proxy;
  }

  /** The next endpoint that was not tried; a tried one where there is no other. */
  next(cluster: Cluster, dialled: Address, tried: ReadonlySet<Endpoint>): Endpoint | undefined {
    if (cluster.discovery === "original-dst") {
      return cluster.endpoints.find(({ ip, port }) => ip === dialled.ip && port === dialled.port) ?? dialled;
    }
    const { endpoints, name } = cluster;
    for (let skipped = 0; skipped < endpoints.length; skipped++) {
      const endpoint = this.#turn(name, endpoints);
      if (endpoint && !tried.has(endpoint)) return endpoint;
    }
    return this.#turn(name, endpoints);
  }

  #turn(name: string, endpoints: readonly Endpoint[]): Endpoint | undefined {
    const turn = this.#turns.get(name) ?? 0;
    this.#turns.set(name, (turn + 1) % Math.max(endpoints.length, 1));
    return endpoints[turn % endpoints.length];
  }

  /** For requests: connections are kept. */
  upstream(cluster: Cluster, endpoint: Endpoint): Upstream {
    const { ip, port } = endpoint;
    const mutual = isMutual(cluster.tls, endpoint);
    const key = `${cluster.name} ${ip}:${port} ${mutual}`;
    const kept = this.#pools.get(key);
    const identity = this.#proxy.identity();
    const pool =
      kept?.cluster === cluster && kept.identity === identity
        ? kept.pool
        : new Pool(() => this.dial(cluster, endpoint, "http"), cluster.connectTimeout ?? CONNECT_TIMEOUT);
    if (pool !== kept?.pool) {
      kept?.pool.retire();
      this.#pools.set(key, { pool, cluster, endpoint, identity });
    }
    const address = `${ip}:${port}`;
    const chosen = (exchange: Exchange) => this.describe(exchange, cluster, endpoint, mutual);
    return { pool, address, localIp: this.#proxy.ip, chosen };
  }

  dial(cluster: Cluster, endpoint: Endpoint, purpose: Purpose): Socket {
    const { network, ip, telemetry } = this.#proxy;
    const raw = network.dial(ip, endpoint, { proxy: true, allowHalfOpen: true });
    const { counters } = telemetry;
    const name = `cluster.${cluster.name};`;
    counters.add(`${name}.upstream_cx_total`);
    raw.once("error", () => counters.add(`${name}.upstream_cx_connect_fail`));
    const tls = this.#tlsOf(cluster.tls, endpoint, purpose);
    if (!tls) return raw;
    const socket = beginTls(raw, tls);
    socket.once("secureConnect", () => counters.add(`${name}.ssl.handshake`));
    return socket;
  }

  describe(exchange: Exchange, cluster: Cluster, endpoint: Endpoint, mutual: boolean) {
    exchange.upstream = `${endpoint.ip}:${endpoint.port}`;
    const { workload } = endpoint;
    if (workload) exchange.peer = { ...workload, workload: workload.name };
    if (!mutual || cluster.tls.mode === "mutual") return;
    const own = this.#proxy.identity().spiffe;
    exchange.sourcePrincipal = own;
    if (workload) {
      const trustDomain = own.split("/", 3).join("/");
      exchange.destinationPrincipal = `${trustDomain}/ns/${workload.namespace}/sa/${workload.account}`;
    }
  }

  /** Connections to what has changed end when they are idle. */
  reconfigured() {
    const { clusters } = this.#proxy.config().outbound;
    for (const [key, { pool, cluster, endpoint, identity }] of this.#pools) {
      const now = cluster === PASSTHROUGH ? cluster : clusters[cluster.name];
      const stays = now && identity === this.#proxy.identity() && sameUpstream(now, cluster, endpoint);
      if (stays) this.#pools.set(key, { pool, cluster: now, endpoint, identity });
      else if (this.#pools.delete(key)) pool.retire();
    }
  }

  close() {
    for (const { pool } of this.#pools.values()) pool.destroy();
  }

  #tlsOf(tls: ClusterTls, endpoint: Endpoint, purpose: Purpose): ClientTls | undefined {
    switch (tls.mode) {
      case "none":
        return undefined;
      case "auto":
      case "istio-mutual": {
        if (!isMutual(tls, endpoint)) return undefined;
        const alpn = ALPN[purpose] ?? (tls.alpn.length > 0 ? tls.alpn : TCP_ALPN);
        return { context: contextOf(this.#proxy.identity()), sni: tls.sni, alpn, server: "spiffe" };
      }
      case "simple":
      case "mutual": {
        const server = tls.roots === undefined ? "anything" : "trusted";
        const alpn = purpose === "h2" ? ["h2"] : [];
        return { context: originationOf(tls), alpn, server, ...(tls.sni === undefined ? {} : { sni: tls.sni }) };
      }
    }
  }
}

/** Auto mTLS: what the endpoint says of itself decides. Istio: the cluster's transport socket matches on tlsMode. */
export function isMutual(tls: ClusterTls, endpoint: Endpoint): boolean {
  return tls.mode === "istio-mutual" || (tls.mode === "auto" && endpoint.tlsMode === "istio");
}

/** Whether connections to an endpoint are still made as they were. */
function sameUpstream(now: Cluster, before: Cluster, { ip, port }: Endpoint): boolean {
  if (now === before) return true;
  const known = now.discovery === "original-dst" || now.endpoints.some((one) => one.ip === ip && one.port === port);
  const how = ({ tls, connectTimeout }: Cluster) => JSON.stringify([tls, connectTimeout]);
  return known && how(now) === how(before);
}

type Origination = Extract<ClusterTls, { readonly mode: "simple" | "mutual" }>;
const originations = new WeakMap<Origination, SecureContext>();

function originationOf(tls: Origination): SecureContext {
  const known = originations.get(tls);
  if (known) return known;
  const { certificate, key, roots } = tls;
  const made = createSecureContext({
    ...(roots ? { ca: roots } : {}),
    ...(certificate && key ? { cert: certificate, key } : {}),
  });
  originations.set(tls, made);
  return made;
}
