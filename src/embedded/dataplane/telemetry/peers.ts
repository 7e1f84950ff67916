/** Metadata exchange: how a proxy tells the one at the other end whose it is. */
import type { IncomingHttpHeaders } from "node:http";
import type { Network } from "../../network/network.ts";
import type { Node } from "../config.ts";
import { one } from "../http/headers.ts";
import type { Peer } from "./exchange.ts";

export const PEER = "x-envoy-peer-metadata";
export const PEER_ID = "x-envoy-peer-metadata-id";
const REMEMBERED = 1000;

const encoded = new WeakMap<Node, string>();
const decoded = new Map<string, Peer | undefined>();

/** The headers that a request of this proxy carries. Envoy's value is a protobuf; only proxies read it. */
export function peerHeaders(node: Node, ip: string): readonly string[] {
  const { namespace, workload, app, version, cluster, pod } = node;
  const value =
    encoded.get(node) ?? Buffer.from(JSON.stringify([namespace, workload, app, version, cluster])).toString("base64");
  encoded.set(node, value);
  return [PEER, value, PEER_ID, `sidecar~${ip}~${pod}.${namespace}~${namespace}.svc.cluster.local`];
}

/** Who sent a request, where a proxy did. */
export function peerOf(headers: IncomingHttpHeaders): Peer | undefined {
  const value = one(headers, PEER);
  if (value === undefined) return undefined;
  if (decoded.has(value)) return decoded.get(value);
  if (decoded.size >= REMEMBERED) decoded.clear();
  const peer = decode(value);
  decoded.set(value, peer);
  return peer;
}

function decode(value: string): Peer | undefined {
  try {
    const fields: unknown = JSON.parse(Buffer.from(value, "base64").toString());
    if (!Array.isArray(fields) || fields.length !== 5 || fields.some((field) => typeof field !== "string"))
      return undefined;
    const [namespace, workload, app, version, cluster] = fields as string[] as [string, string, string, string, string];
    return { namespace, workload, app, version, cluster };
  } catch {
    return undefined;
  }
}

/** Over mutual TLS, TCP connections tell it too (ALPN istio-peer-exchange): here by the address that the network remembers. */
const proxies = new WeakMap<Network, Map<string, () => Node>>();

export function announce(network: Network, ip: string, node: () => Node) {
  const known = proxies.get(network) ?? new Map<string, () => Node>();
  proxies.set(network, known.set(ip, node));
}

export function withdraw(network: Network, ip: string) {
  proxies.get(network)?.delete(ip);
}

export function proxyAt(network: Network, ip: string): Node | undefined {
  return proxies.get(network)?.get(ip)?.();
}
