/**
 * What the control plane tells a proxy, in Envoy's terms: plain data, one object per proxy, sent whole on each change. A proxy
 * knows nothing of Istio's policies; it does what stands here and finds out the rest by negotiating.
 */

/** A workload certificate with the roots to trust, PEM. */
export interface Identity {
  /** `spiffe://cluster.local/ns/<namespace>/sa/<account>` */
  readonly spiffe: string;
  readonly certificate: string;
  readonly key: string;
  readonly roots: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export interface ProxyConfig {
  readonly type: "sidecar" | "router";
  /** `pod.namespace`, workload and labels for statistics. */
  readonly node: Node;
  readonly inbound?: Inbound;
  readonly outbound: Outbound;
  /** Of a gateway: what it listens on. */
  readonly servers: readonly GatewayServer[];
  /** `statsInclusionPrefixes` and `proxyStatsMatcher`, as prefixes. */
  readonly statsPrefixes: readonly string[];
  readonly accessLog: boolean;
}

export interface Node {
  readonly namespace: string;
  readonly pod: string;
  readonly workload: string;
  readonly app: string;
  readonly version: string;
  readonly account: string;
  readonly cluster: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Which transport a chain takes: the effective mode of PeerAuthentication, as filter chains. */
export type InboundTls = "mtls-only" | "both" | "plaintext-only";
/** What the listener takes the bytes for; `auto` sniffs. */
export type Family = "http" | "tcp" | "auto";

export interface InboundPort {
  readonly port: number;
  readonly family: Family;
  readonly tls: InboundTls;
  /** Host name of the Service that defines it, for logs and statistics. */
  readonly service?: string;
  readonly servicePort?: number;
}

export interface Inbound {
  readonly ports: readonly InboundPort[];
  /** Ports that nothing declares: always family `auto`. */
  readonly passthrough: InboundTls;
  readonly authorization: readonly AuthorizationRules[];
  /** Named ports of AuthorizationPolicy etc. need nothing else; excluded ports are the network's business (`capture`). */
}

/** One AuthorizationPolicy, compiled. Evaluated CUSTOM, DENY, ALLOW; AUDIT only marks. */
export interface AuthorizationRules {
  readonly name: string;
  readonly namespace: string;
  readonly action: "ALLOW" | "DENY" | "AUDIT" | "CUSTOM";
  readonly rules: readonly AuthorizationRule[];
}

/** All of the parts must hold; in a part, any of its alternatives. */
export interface AuthorizationRule {
  readonly from: readonly (readonly Condition[])[];
  readonly to: readonly (readonly Condition[])[];
  readonly when: readonly Condition[];
}

export interface Condition {
  /** Istio's attribute: `source.principal`, `source.namespace`, `source.ip`, `request.method`, `request.path`, `destination.port`, `request.headers[x]`, … */
  readonly key: string;
  /** Exact, `prefix*`, `*suffix` or `*`. */
  readonly values: readonly string[];
  readonly notValues: readonly string[];
}

export interface Outbound {
  readonly clusters: Readonly<Record<string, Cluster>>;
  /** HTTP ports, at any address: the Host header decides. By port number. */
  readonly http: Readonly<Record<string, readonly VirtualHost[]>>;
  /** `<ip>:<port>` → cluster, for TCP services; headless ones have an entry per pod. */
  readonly tcp: Readonly<Record<string, TcpRoute>>;
  /** Where nothing matches: raw, as dialled, or refused. */
  readonly otherwise: "passthrough" | "blackhole";
}

export interface Cluster {
  /** `outbound|80|v1|customers.default.svc.cluster.local` */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** `original-dst` dials the address that the caller dialled (headless, passthrough). */
  readonly discovery: "eds" | "original-dst" | "dns";
  readonly endpoints: readonly Endpoint[];
  readonly tls: ClusterTls;
  /** Milliseconds; absent is Istio's 10 s. */
  readonly connectTimeout?: number;
}

export interface Endpoint {
  readonly ip: string;
  readonly port: number;
  /** Metadata `tlsMode: istio`, or absent. */
  readonly tlsMode?: "istio";
  readonly workload?: {
    readonly namespace: string;
    readonly name: string;
    readonly account: string;
    readonly app: string;
    readonly version: string;
  };
}

export type ClusterTls =
  | { readonly mode: "none" }
  /** Per endpoint: mutual TLS where its metadata say so, else plaintext. */
  | { readonly mode: "auto"; readonly sni: string; readonly alpn: readonly string[] }
  | { readonly mode: "istio-mutual"; readonly sni: string; readonly alpn: readonly string[] }
  /** TLS that a DestinationRule asks for; certificates that are no files of the pod are absent. Without roots the server is not checked. */
  | {
      readonly mode: "simple" | "mutual";
      readonly sni?: string;
      readonly certificate?: string;
      readonly key?: string;
      readonly roots?: string;
    };

export interface VirtualHost {
  /** Host headers, with and without port; `*` and `*.suffix` are wildcards. */
  readonly domains: readonly string[];
  readonly routes: readonly HttpRoute[];
  /** What serves hosts with no domain of theirs is `otherwise`. */
  readonly name: string;
}

export interface StringMatch {
  readonly type: "exact" | "prefix" | "regex" | "present";
  readonly value: string;
  readonly ignoreCase?: boolean;
}

export interface HttpMatch {
  readonly path?: StringMatch;
  readonly method?: StringMatch;
  readonly headers: Readonly<Record<string, StringMatch>>;
  readonly withoutHeaders: Readonly<Record<string, StringMatch>>;
  readonly query: Readonly<Record<string, StringMatch>>;
}

export interface HttpRoute {
  readonly name?: string;
  readonly matches: readonly HttpMatch[];
  readonly action: HttpAction;
  /** Milliseconds; absent: none. */
  readonly timeout?: number;
  /** Absent: Istio's default, two for what was not sent (connect-failure, refused-stream, …); `attempts: 0`: none. */
  readonly retries?: { readonly attempts: number; readonly perTry?: number; readonly on: string };
  readonly rewrite?: { readonly uri?: string; readonly authority?: string };
  readonly requestHeaders?: HeaderChange;
  readonly responseHeaders?: HeaderChange;
  readonly fault?: {
    readonly abort?: { readonly status: number; readonly percent: number };
    readonly delay?: { readonly ms: number; readonly percent: number };
  };
  /** Cluster that gets a copy. */
  readonly mirror?: string;
}

export interface HeaderChange {
  readonly set: Readonly<Record<string, string>>;
  readonly add: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

export type HttpAction =
  | { readonly type: "clusters"; readonly weighted: readonly { readonly cluster: string; readonly weight: number }[] }
  | {
      readonly type: "redirect";
      readonly uri?: string;
      readonly authority?: string;
      /** Absent: that of the request. */
      readonly scheme?: string;
      readonly code: number;
    }
  | { readonly type: "direct"; readonly status: number; readonly body: string };

export interface TcpRoute {
  readonly weighted: readonly { readonly cluster: string; readonly weight: number }[];
  /** HTTP or not is sniffed. */
  readonly sniff: boolean;
  /** What sniffed HTTP goes by; absent: `http[port]`. */
  readonly http?: readonly VirtualHost[];
}

export interface GatewayServer {
  /** On the pod: the Service's targetPort. */
  readonly port: number;
  readonly protocol: "http" | "https" | "tls" | "tcp";
  readonly tls?: {
    readonly mode: "simple" | "mutual" | "istio-mutual" | "passthrough";
    readonly hosts: readonly string[];
    readonly certificate?: string;
    readonly key?: string;
    readonly roots?: string;
  };
  readonly virtualHosts: readonly VirtualHost[];
  readonly tcp?: TcpRoute;
}
