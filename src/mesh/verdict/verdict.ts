/** What becomes of a call at one endpoint: works, breaks or unknown, and who decided. */
import type { Missing, Place, PortModeAnswer } from "../answer.ts";
import type { Call } from "../callers/call.ts";
import type { Replica, Workload } from "../workload.ts";

export type Wire = "mtls" | "plaintext" | "app-tls";

/** Why a call breaks. The words are the view's. */
export type BreakReason =
  | "plaintext-to-strict" // STRICT server, the caller has no proxy
  | "proxy-sends-plaintext-to-strict" // STRICT server, the caller's proxy was told to send plaintext
  | "ztunnel-sends-plaintext-to-strict" // STRICT sidecar, and ztunnel knows no mutual TLS that it understands
  | "waypoint-sends-plaintext-to-strict" // STRICT sidecar behind a waypoint, which knows no mutual TLS for it
  | "app-tls-to-strict" // STRICT server, TLS of the application without a mesh certificate
  | "app-tls-to-http-port" // PERMISSIVE or DISABLE http port, TLS of the application
  | "not-http-to-http-port" // http port, bytes that are not HTTP
  | "mtls-to-no-proxy" // the caller's proxy speaks mTLS to a pod without a proxy
  | "mtls-to-disabled" // the caller's proxy speaks mTLS to a port in DISABLE
  | "mtls-past-proxy" // the caller's proxy speaks mTLS to a port that bypasses the server's proxy
  | "rule-tls-refused" // the TLS that a DestinationRule makes the caller's proxy speak is not what the server's accepts
  | "no-gateway-server" // no Gateway opens the port of the gateway, or none that a route leads on from
  | "plaintext-to-gateway-tls" // the gateway's server takes TLS only
  | "mtls-to-gateway-http" // the caller's proxy speaks mTLS to a server for plaintext HTTP
  | "app-tls-to-gateway-http" // other TLS to a server for plaintext HTTP
  | "not-http-to-gateway" // a server for HTTP, bytes that are not HTTP
  | "no-gateway-name" // TLS for a server name that no server of the gateway is for
  | "certificate-refused-by-gateway" // TLS without the certificate that the gateway's server asks for
  | "server-speaks-first" // a sidecar waits for the caller's first bytes, and the caller for the server's
  | "authorization-refused" // mutual TLS or plaintext arrives, and an AuthorizationPolicy refuses whoever that is
  | "not-in-registry" // REGISTRY_ONLY, and the caller's proxy does not know the Service
  | "no-route" // the caller's proxy has no route or cluster for it
  | "removed-by-patch"; // an EnvoyFilter removes what the call goes through in a proxy

export type Verdict =
  | { readonly outcome: "works"; readonly wire: Wire }
  | { readonly outcome: "breaks"; readonly reason: BreakReason; readonly place?: Place }
  | { readonly outcome: "unknown"; readonly missing: readonly Missing[] };

/** What needs attention comes first: one caller that breaks makes a whole break, one unknown keeps it from working. */
export const WORST_FIRST: Readonly<Record<Verdict["outcome"], number>> = { breaks: 0, unknown: 1, works: 2 };

/** One call at one port of one workload, over all its replicas: the worst of them counts. */
export interface Arrival {
  readonly call: Call;
  readonly workload: Workload;
  /** The replica that decided the verdict. */
  readonly replica: Replica;
  /** Port in the pod. */
  readonly port: number;
  /** Absent where the replica has no proxy to enforce a mode, or the mode is unknown. */
  readonly mode?: PortModeAnswer;
  readonly verdict: Verdict;
}
