/** What a sidecar does with one new connection, by mode and family of the port and by what the client sends. */
import type { EffectiveMode } from "../resources/istio.ts";
import type { Family } from "./protocol.ts";

/** What arrives at the server's proxy. `app-tls` is TLS without a mesh certificate and without Istio's ALPN. */
export type Sent = "plaintext-http" | "plaintext-tcp" | "app-tls" | "istio-mtls-http" | "istio-mtls-tcp";

/** `raw`: accepted, and the TLS bytes go to the application as they are. */
export type Acceptance = "ok" | "raw" | "no-filter-chain" | "tls-error" | "protocol-error";

/**
 * STRICT keeps only chains for TLS with a client certificate; DISABLE only those for plaintext; PERMISSIVE both, and
 * knows Istio's TLS by its ALPN. An http port parses what it accepts; other ports pass unknown TLS to the application.
 * Istio: pilot/pkg/networking/core/filterchain_options.go getFilterChainMatchOptions, TestInbound.
 */
export function accepts(mode: EffectiveMode, family: Family, sent: Sent): Acceptance {
  switch (mode) {
    case "STRICT":
      return underStrict(family, sent);
    case "PERMISSIVE":
      return sent === "app-tls" ? (family === "HTTP" ? "no-filter-chain" : "raw") : parsed(family, sent);
    case "DISABLE":
      return sent === "app-tls" || isMtls(sent) ? (family === "HTTP" ? "protocol-error" : "raw") : parsed(family, sent);
  }
}

function underStrict(family: Family, sent: Sent): Acceptance {
  if (sent === "plaintext-http" || sent === "plaintext-tcp") return "no-filter-chain";
  return sent === "app-tls" ? "tls-error" : parsed(family, sent);
}

function parsed(family: Family, sent: Sent): Acceptance {
  const isHttp = sent === "plaintext-http" || sent === "istio-mtls-http";
  return family === "HTTP" && !isHttp ? "protocol-error" : "ok";
}

function isMtls(sent: Sent): boolean {
  return sent === "istio-mtls-http" || sent === "istio-mtls-tcp";
}
