/** What a gateway does with one new connection, by its filter chains and by what the caller sends. */
import { isSubsetOf } from "../../registry/host.ts";
import type { Chain } from "./chains.ts";

/** What arrives. Without `name` it is not known which server name the caller asks for. */
export interface Arriving {
  /** `app-tls` is TLS of the application, `client-tls` that of a DestinationRule. */
  readonly tls: "none" | "istio-mutual" | "app-tls" | "client-tls" | "client-mutual-tls";
  /** Whether HTTP is inside, or without TLS. */
  readonly http: boolean;
  readonly name?: string;
}

/**
 * `raw`: TLS is handed on as it is. `other-certificates`: Istio's certificates meet those of a secret, or those of an
 * application meet a server that asks for some: whether they trust each other stands in no object. `redirect`: the
 * answer is to come again with TLS.
 */
export type GatewayAcceptance =
  | "ok"
  | "raw"
  | "no-server"
  | "no-filter-chain"
  | "tls-error"
  | "protocol-error"
  | "other-certificates"
  | "redirect"
  | "joins-networks";

export interface GatewayAnswer {
  readonly acceptance: GatewayAcceptance;
  readonly chain?: Chain;
}

/**
 * The chain with the most specific name, else one for all names; of names that are not known, every chain that some
 * name leads to. Secrets are taken to hold certificates that callers trust.
 * Istio: pilot/pkg/networking/core/listener.go toFilterChainMatch, gateway.go buildGatewayListenerTLSContext.
 */
export function gatewayAnswers(chains: readonly Chain[], arriving: Arriving): readonly GatewayAnswer[] {
  if (chains.length === 0) return [{ acceptance: "no-server" }];
  const met = metBy(chains, arriving);
  if (met.length === 0) return [{ acceptance: "no-filter-chain" }];
  return met.map((chain) => ({ acceptance: atChain(chain, arriving), chain }));
}

function metBy(chains: readonly Chain[], { tls, name }: Arriving): readonly Chain[] {
  const possible = chains.filter((chain) => chain.tls !== "AUTO_PASSTHROUGH" || tls === "istio-mutual");
  const forAll = possible.filter(({ names }) => names.length === 0);
  if (tls === "none") return forAll;
  if (name === undefined) return possible;
  const fitting = possible.flatMap((chain) =>
    chain.names.filter((each) => isSubsetOf(name, each)).map((each) => ({ chain, each })),
  );
  const rank = (each: string) => (each === name ? Number.POSITIVE_INFINITY : each.length);
  const [best] = fitting.toSorted((a, b) => rank(b.each) - rank(a.each));
  return best === undefined ? forAll : [best.chain];
}

function atChain(chain: Chain, arriving: Arriving): GatewayAcceptance {
  const { tls: sent } = arriving;
  switch (chain.tls) {
    case "none":
      return inClear(chain, arriving);
    case "PASSTHROUGH":
      return sent === "none" ? "no-filter-chain" : "raw";
    case "AUTO_PASSTHROUGH":
      return "joins-networks";
    case "ISTIO_MUTUAL":
      return sent === "istio-mutual" ? inside(chain, arriving) : "tls-error";
    case "SIMPLE":
    case "OPTIONAL_MUTUAL":
      if (sent === "none") return "tls-error";
      return sent === "istio-mutual" ? "other-certificates" : inside(chain, arriving);
    case "MUTUAL":
      if (sent === "none" || sent === "client-tls") return "tls-error";
      return sent === "client-mutual-tls" ? inside(chain, arriving) : "other-certificates";
  }
}

function inClear(chain: Chain, arriving: Arriving): GatewayAcceptance {
  if (arriving.tls !== "none") return chain.expects === "http" ? "protocol-error" : "raw";
  const answer = inside(chain, arriving);
  return answer === "ok" && chain.at.server.tls?.httpsRedirect === true ? "redirect" : answer;
}

/** What is inside the TLS of an application is taken to be what the server is for. */
function inside({ expects }: Chain, { tls, http }: Arriving): "ok" | "protocol-error" {
  return expects === "http" && !http && tls !== "app-tls" ? "protocol-error" : "ok";
}
