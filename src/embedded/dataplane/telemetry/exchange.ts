/** What one request or connection was: filled in on its way, then written to the access log and counted. */
import type { Address } from "../../network/network.ts";
import type { Node } from "../config.ts";

/** Envoy's response flags that occur here. */
export type Flag = "DC" | "DI" | "DPE" | "FI" | "NC" | "NR" | "UC" | "UF" | "UH" | "UPE" | "URX" | "UT" | "UAEX";

/** Who is at the other end, as far as metadata exchange tells. */
export type Peer = Pick<Node, "namespace" | "workload" | "app" | "version"> & { readonly cluster?: string };

export interface Exchange {
  readonly protocol: "http" | "tcp";
  readonly started: number;
  readonly from: Address;
  readonly to: Address;
  method?: string;
  path?: string;
  version?: string;
  code: number;
  readonly flags: Set<Flag>;
  details?: string;
  transportFailure?: string;
  received: number;
  sent: number;
  serviceTime?: number;
  forwardedFor?: string;
  userAgent?: string;
  requestId?: string;
  authority?: string;
  upstream?: string;
  cluster?: string;
  upstreamLocal?: string;
  /** SNI. */
  serverName?: string;
  route?: string;
  grpc?: boolean;
  /** Of the destination's Service, for statistics. */
  service?: string;
  peer?: Peer;
  /** SPIFFE names, where mutual TLS showed them. */
  sourcePrincipal?: string;
  destinationPrincipal?: string;
  security: "mutual_tls" | "none" | "unknown";
}

export function newExchange(
  protocol: "http" | "tcp",
  connection: { readonly from: Address; readonly to: Address },
  security: Exchange["security"],
): Exchange {
  const { from, to } = connection;
  return { protocol, started: Date.now(), from, to, code: 0, flags: new Set(), received: 0, sent: 0, security };
}
