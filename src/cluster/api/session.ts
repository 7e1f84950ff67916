/**
 * How one cluster is spoken to as one user: the headers and the TLS of a request, from client-node. Connections are
 * pooled by us: client-node opens a new one for each call.
 */
import type { RequestOptions } from "node:https";
import { getCACertificates } from "node:tls";
import { KubeConfig, type User } from "@kubernetes/client-node";
import { Agent, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from "undici";
import type { Access } from "../kubeconfig/access.ts";
import { proxyFromEnvironment } from "../kubeconfig/proxy.ts";
import type { Timings } from "../timings.ts";
import { ApiFailure } from "./failure.ts";
import { type Consent, type Credential, credentialFor } from "./program.ts";

export interface Session {
  readonly origin: string;
  /** Of a server behind a path, without a slash at its end. */
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Equal for sessions that can share connections. */
  readonly key: string;
  readonly tls: Tls;
  readonly proxy: string | undefined;
  readonly opened: number;
  /** When new credentials are asked for. */
  readonly renewAt: number;
}

interface Tls {
  readonly ca: string | string[];
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

/** Credentials are renewed so long before they expire, and never sooner than `FRESH` after they came. */
const SKEW = 60_000;
const FRESH = 10_000;
const KEEP_ALIVE = 30_000;

export interface SessionOptions {
  readonly consent: Consent;
  /** For a cluster whose kubeconfig and environment name none. */
  readonly proxy?: string;
  readonly signal: AbortSignal;
}

export async function openSession(access: Access, options: SessionOptions): Promise<Session> {
  const credential = await credentialFor(access, options.consent, options.signal);
  const asked: RequestOptions = {};
  const config = configOf(access, credential);
  try {
    await config.applyToHTTPSOptions(asked);
  } catch (error) {
    throw new ApiFailure("credentials", `User ${access.user.name}: ${error instanceof Error ? error.message : error}`);
  }
  const { origin, pathname } = new URL(access.cluster.server);
  const tls = tlsOf(asked);
  const proxy = proxyOf(access, options.proxy);
  const now = Date.now();
  return {
    origin,
    base: pathname.replace(/\/$/, ""),
    headers: headersOf(asked),
    tls,
    proxy,
    key: JSON.stringify([origin, tls, proxy]),
    opened: now,
    renewAt: credential?.expires === undefined ? Infinity : Math.max(now + FRESH, credential.expires - SKEW),
  };
}

export function proxyOf({ cluster }: Access, otherwise: string | undefined): string | undefined {
  return cluster.proxyUrl || proxyFromEnvironment(cluster.server, process.env) || otherwise;
}

/** The context alone, with what the program gave in the program's place. */
function configOf({ context, cluster, user }: Access, credential: Credential | undefined): KubeConfig {
  const { exec: _, ...known } = user;
  const base64 = (pem: string) => Buffer.from(pem).toString("base64");
  const own: User = {
    ...known,
    ...(credential?.token !== undefined && { token: credential.token }),
    ...(credential?.certificate !== undefined && { certData: base64(credential.certificate) }),
    ...(credential?.key !== undefined && { keyData: base64(credential.key) }),
  };
  const config = new KubeConfig();
  const insecure = cluster.skipTLSVerify || cluster.server.startsWith("http:");
  config.loadFromOptions({
    clusters: [{ ...cluster, skipTLSVerify: insecure, proxyUrl: undefined }],
    users: [own],
    contexts: [{ name: context, cluster: cluster.name, user: own.name }],
    currentContext: context,
  });
  return config;
}

function headersOf({ headers, auth }: RequestOptions): Readonly<Record<string, string>> {
  const basic = auth ? { authorization: `Basic ${Buffer.from(auth).toString("base64")}` } : {};
  return { "user-agent": "mtls-lens", ...basic, ...(headers as Readonly<Record<string, string>> | undefined) };
}

/** A cluster without an authority of its own has a certificate that this machine trusts, be it a company's. */
function tlsOf({ ca, cert, key, rejectUnauthorized, servername }: RequestOptions): Tls {
  const text = (value: unknown) => (Buffer.isBuffer(value) ? value.toString() : (value as string));
  return {
    ca: ca === undefined ? [...getCACertificates("default"), ...getCACertificates("system")] : text(ca),
    ...(cert !== undefined && { cert: text(cert) }),
    ...(key !== undefined && { key: text(key) }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    ...(servername !== undefined && { servername }),
  };
}

/**
 * HTTP/1.1: each watch holds a connection of its own, so that one that is stuck is seen and cut without the others.
 * Short calls share those that are free.
 */
export function dispatcherFor({ tls, proxy }: Session, timings: Timings): Dispatcher {
  const limits = { headersTimeout: timings.answer, bodyTimeout: timings.answer, allowH2: false };
  const connect = { ...tls, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE, timeout: timings.connect };
  if (proxy === undefined) return new Agent({ ...limits, connect });
  if (/^socks5h?:/.test(proxy)) return new Socks5ProxyAgent(proxy, { ...limits, requestTls: tls });
  if (!/^https?:/.test(proxy)) {
    throw new ApiFailure(
      "kubeconfig",
      `The proxy ${shown(proxy)} is of no kind that is understood: http, https, socks5.`,
    );
  }
  return new ProxyAgent({ ...limits, uri: proxy, requestTls: tls });
}

/** Without user and password. */
export function shown(proxy: string): string {
  return proxy.replace(/\/\/[^/@]*@/, "//");
}
