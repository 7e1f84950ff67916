/**
 * The filter chains of a sidecar's inbound listener, as data: which of them takes a connection by what was seen of it.
 * Istio: pilot/pkg/networking/core/filterchain_options.go getFilterChainMatchOptions.
 */
import type { Family, InboundPort, InboundTls } from "../config.ts";

/** What holds for a port: as it is declared, or as undeclared ones are taken. */
export interface PortPolicy {
  readonly port?: InboundPort;
  readonly family: Family;
  readonly tls: InboundTls;
}

/** What becomes of a connection: TLS ended here or not, and HTTP read or bytes handed on. */
export interface Chain {
  readonly tls: boolean;
  readonly reads: "http" | "tcp";
}

/** What a chain asks of a connection; absent asks nothing. */
interface Match extends Chain {
  readonly transport?: "tls" | "raw";
  readonly alpn?: readonly string[];
  readonly content?: "http";
}

/** What the listener filters saw; `unseen` where a port has no filter that looks. */
export interface Seen {
  readonly transport: "tls" | "raw" | "unseen";
  readonly alpn: readonly string[];
  readonly content: "http" | "other" | "unseen";
}

const ISTIO_HTTP = ["istio-http/1.0", "istio-http/1.1", "istio-h2"];
const ISTIO_TCP = ["istio-peer-exchange", "istio"];
const ISTIO = [...ISTIO_TCP, ...ISTIO_HTTP];

const CHAINS: Readonly<Record<Family, Readonly<Record<InboundTls, readonly Match[]>>>> = {
  http: {
    "mtls-only": [{ transport: "tls", tls: true, reads: "http" }],
    both: [
      { transport: "tls", alpn: ISTIO, tls: true, reads: "http" },
      { transport: "raw", tls: false, reads: "http" },
    ],
    "plaintext-only": [{ tls: false, reads: "http" }],
  },
  tcp: {
    "mtls-only": [{ transport: "tls", tls: true, reads: "tcp" }],
    both: [
      { transport: "tls", alpn: ISTIO, tls: true, reads: "tcp" },
      { tls: false, reads: "tcp" },
    ],
    "plaintext-only": [{ tls: false, reads: "tcp" }],
  },
  auto: {
    "mtls-only": [
      { transport: "tls", alpn: ISTIO_HTTP, tls: true, reads: "http" },
      { transport: "tls", tls: true, reads: "tcp" },
    ],
    both: [
      { transport: "tls", alpn: ISTIO_HTTP, tls: true, reads: "http" },
      { transport: "tls", alpn: ISTIO_TCP, tls: true, reads: "tcp" },
      { transport: "raw", content: "http", tls: false, reads: "http" },
      { tls: false, reads: "tcp" },
    ],
    "plaintext-only": [
      { content: "http", tls: false, reads: "http" },
      { tls: false, reads: "tcp" },
    ],
  },
};

/** The first chain that takes the connection; undefined is a reset (`filter_chain_not_found`). */
export function chainFor(family: Family, tls: InboundTls, seen: Seen): Chain | undefined {
  return CHAINS[family][tls].find(
    (match) =>
      (match.transport === undefined || match.transport === seen.transport) &&
      (match.alpn === undefined || match.alpn.some((protocol) => seen.alpn.includes(protocol))) &&
      (match.content === undefined || match.content === seen.content),
  );
}

/** A port looks for TLS, and for HTTP in plaintext, only where one of its chains asks. Istio: listener_inbound.go populateListenerFilters. */
export function inspectorsFor(family: Family, tls: InboundTls): { readonly tls: boolean; readonly http: boolean } {
  const chains = CHAINS[family][tls];
  return {
    tls: chains.some(({ transport }) => transport === "tls"),
    http: chains.some(({ content }) => content === "http"),
  };
}
