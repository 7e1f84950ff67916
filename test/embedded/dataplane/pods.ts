/** A few pods on a network of their own, with and without proxies, for the tests of the data plane. */
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { type Authority, createAuthority } from "../../../src/embedded/certificates/authority.ts";
import type {
  Cluster,
  Identity,
  InboundPort,
  ProxyConfig,
  VirtualHost,
} from "../../../src/embedded/dataplane/config.ts";
import type { Proxy as Started } from "../../../src/embedded/dataplane/proxy.ts";
import { startProxy } from "../../../src/embedded/dataplane/start.ts";
import type { Accepted, Address, Network } from "../../../src/embedded/network/network.ts";
import { createNetwork } from "../../../src/embedded/network/virtual.ts";

let authority: Promise<Authority> | undefined;
const identities = new Map<string, Promise<Identity>>();

/** The certificate of an account, made once for all tests. */
export async function identityOf(namespace: string, account: string): Promise<Identity> {
  authority ??= createAuthority();
  const name = `${namespace}/${account}`;
  const identity = identities.get(name) ?? (await authority).issue(namespace, account);
  identities.set(name, identity);
  return identity;
}

export interface Pod {
  readonly name: string;
  readonly ip: string;
  readonly proxy: Started;
  readonly log: string[];
  config: ProxyConfig;
  configure(change: Partial<ProxyConfig>): void;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;
export const NAKED = "10.66.1.19";

/** What the application saw, as JSON. */
export const echo: Handler = (asked, response) => {
  text(asked).then((body) => {
    const { method, url, headers } = asked;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ method, url, headers, body }));
  });
};

export class Pods {
  readonly network: Network = createNetwork();
  readonly #servers: Server[] = [];
  readonly #proxies: Started[] = [];

  async withProxy(
    name: string,
    ip: string,
    change: Partial<ProxyConfig> = {},
    excluded: readonly number[] | "everything" = [],
  ): Promise<Pod> {
    const log: string[] = [];
    const proxy = await startProxy(this.network, {
      ip,
      capturesInbound: (port) =>
        excluded !== "everything" && !excluded.includes(port) && ![15020, 15021, 15090].includes(port),
      capturesOutbound: () => excluded !== "everything",
      log: (line) => log.push(line),
    });
    this.#proxies.push(proxy);
    const identity = await identityOf("default", name);
    const pod: Pod = {
      name,
      ip,
      proxy,
      log,
      config: configOf(name, change),
      configure(more) {
        pod.config = { ...pod.config, ...more };
        proxy.configure(pod.config, identity);
      },
    };
    pod.configure({});
    return pod;
  }

  async serve(at: Address, handler: Handler = echo): Promise<void> {
    const server = createServer(handler);
    this.#servers.push(server);
    await this.network.listen(at, ({ socket }) => server.emit("connection", socket));
  }

  async serveTcp(at: Address, accept: (connection: Accepted) => void): Promise<void> {
    await this.network.listen(at, accept);
  }

  /** A request on a connection of its own. */
  get(
    from: string,
    to: Address,
    headers: Record<string, string> = {},
    path = "/",
    method = "GET",
    body?: string,
  ): Promise<Answer> {
    return this.ask(this.network.dial(from, to), headers, path, method, body);
  }

  async ask(
    socket: Socket,
    headers: Record<string, string>,
    path = "/",
    method = "GET",
    body?: string,
  ): Promise<Answer> {
    const asked = request({ createConnection: () => socket, path, method, headers: { host: "app", ...headers } });
    const answered = once(asked, "response") as Promise<[IncomingMessage]>;
    asked.end(body);
    const [answer] = await answered;
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) };
  }

  async close() {
    for (const proxy of this.#proxies) await proxy.close();
    await this.network.close();
    for (const server of this.#servers) server.closeAllConnections();
  }
}

export function configOf(name: string, change: Partial<ProxyConfig> = {}): ProxyConfig {
  return {
    type: "sidecar",
    node: {
      namespace: "default",
      pod: `${name}-6d4cf56db6-x8v2b`,
      workload: name,
      app: name,
      version: "v1",
      account: name,
      cluster: "Kubernetes",
      labels: { app: name },
    },
    inbound: { ports: [], passthrough: "both", authorization: [] },
    outbound: { clusters: {}, http: {}, tcp: {}, otherwise: "passthrough" },
    servers: [],
    statsPrefixes: [],
    accessLog: true,
    ...change,
  };
}

export function inbound(ports: readonly InboundPort[], more: Partial<NonNullable<ProxyConfig["inbound"]>> = {}) {
  return { inbound: { ports, passthrough: "both" as const, authorization: [], ...more } };
}

export function cluster(
  host: string,
  port: number,
  endpoints: Cluster["endpoints"],
  more: Partial<Cluster> = {},
): Cluster {
  const sni = `outbound_.${port}_._.${host}`;
  const tls = { mode: "auto", sni, alpn: ["istio-peer-exchange", "istio"] } as const;
  return { name: `outbound|${port}||${host}`, host, port, discovery: "eds", endpoints, tls, ...more };
}

/** Calls of a Service's host go to its cluster. */
export function virtualHost(
  host: string,
  clusterName: string,
  more: Partial<VirtualHost["routes"][number]> = {},
): VirtualHost {
  const action = { type: "clusters", weighted: [{ cluster: clusterName, weight: 1 }] } as const;
  return { name: host, domains: [host, host.split(".")[0] ?? host], routes: [{ matches: [], action, ...more }] };
}
