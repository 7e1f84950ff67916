/**
 * Objects as istiod has them after decoding: absent is unset, durations are nanoseconds, a number in place of a word is one
 * that no word has. The schemas in `schema/kinds` make sure that a decoded object has this shape.
 */

type Word<W extends string> = W | number;
type Map_<V> = ReadonlyMap<string, V>;

export interface PeerAuthenticationSpec {
  readonly selector?: { readonly matchLabels?: Map_<string> };
  readonly portLevelMtls?: ReadonlyMap<number, unknown>;
}

export interface DestinationRuleSpec {
  readonly host?: string;
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets?: readonly Subset[];
  readonly exportTo?: readonly string[];
  readonly workloadSelector?: { readonly matchLabels?: Map_<string> };
}

export interface Subset {
  readonly name?: string;
  readonly labels?: Map_<string>;
  readonly trafficPolicy?: TrafficPolicy;
}

export interface PortPolicy {
  readonly port?: { readonly number?: number };
  readonly loadBalancer?: LoadBalancer;
  readonly connectionPool?: ConnectionPool;
  readonly outlierDetection?: OutlierDetection;
  readonly tls?: ClientTls;
}

export interface TrafficPolicy extends Omit<PortPolicy, "port"> {
  readonly portLevelSettings?: readonly PortPolicy[];
  readonly tunnel?: Tunnel;
  readonly proxyProtocol?: { readonly version?: Word<"V1" | "V2"> };
  readonly retryBudget?: unknown;
}

export interface Tunnel {
  readonly protocol?: string;
  readonly targetHost?: string;
  readonly targetPort?: number;
}

export interface ClientTls {
  readonly mode?: Word<"DISABLE" | "SIMPLE" | "MUTUAL" | "ISTIO_MUTUAL">;
  readonly clientCertificate?: string;
  readonly privateKey?: string;
  readonly caCertificates?: string;
  readonly caCrl?: string;
  readonly credentialName?: string;
  readonly subjectAltNames?: readonly string[];
  readonly insecureSkipVerify?: boolean;
}

export interface OutlierDetection {
  readonly baseEjectionTime?: number;
  readonly interval?: number;
  readonly consecutiveErrors?: number;
  readonly consecutiveLocalOriginFailures?: number;
  readonly splitExternalLocalOriginErrors?: boolean;
  readonly maxEjectionPercent?: number;
  readonly minHealthPercent?: number;
}

export interface ConnectionPool {
  readonly http?: HttpPool;
  readonly tcp?: TcpPool;
}

export interface HttpPool {
  readonly http1MaxPendingRequests?: number;
  readonly http2MaxRequests?: number;
  readonly maxRequestsPerConnection?: number;
  readonly maxRetries?: number;
  readonly maxConcurrentStreams?: number;
  readonly idleTimeout?: number;
  readonly h2UpgradePolicy?: Word<"DEFAULT" | "DO_NOT_UPGRADE" | "UPGRADE">;
  readonly useClientProtocol?: boolean;
  readonly http2KeepAlive?: { readonly interval?: number; readonly timeout?: number };
}

export interface TcpPool {
  readonly maxConnections?: number;
  readonly connectTimeout?: number;
  readonly maxConnectionDuration?: number;
  readonly idleTimeout?: number;
  readonly tcpKeepalive?: { readonly time?: number; readonly interval?: number };
}

export interface LoadBalancer {
  readonly consistentHash?: ConsistentHash;
  readonly localityLbSetting?: Localities & { readonly distribute?: readonly Distribution[] };
  readonly zoneAwareLbSetting?: Localities;
  readonly warmup?: { readonly duration?: number; readonly minimumPercent?: number; readonly aggression?: number };
}

export interface ConsistentHash {
  readonly httpCookie?: { readonly name?: string; readonly attributes?: readonly { readonly name?: string }[] };
  readonly minimumRingSize?: number;
  readonly ringHash?: unknown;
  readonly maglev?: { readonly tableSize?: number };
}

export interface Localities {
  readonly failover?: readonly { readonly from?: string; readonly to?: string }[];
  readonly failoverPriority?: readonly string[];
}

export interface Distribution {
  readonly from?: string;
  readonly to?: Map_<number>;
}

export interface SidecarSpec {
  readonly workloadSelector?: { readonly labels?: Map_<string> };
  readonly ingress?: readonly Ingress[];
  readonly egress?: readonly Egress[];
  readonly inboundConnectionPool?: ConnectionPool;
  readonly outboundTrafficPolicy?: {
    readonly mode?: Word<"REGISTRY_ONLY" | "ALLOW_ANY">;
    readonly egressProxy?: Destination;
  };
}

export interface SidecarPort {
  readonly number?: number;
  readonly protocol?: string;
  readonly name?: string;
  readonly targetPort?: number;
}

export interface Ingress {
  readonly port?: SidecarPort;
  readonly bind?: string;
  readonly defaultEndpoint?: string;
  readonly tls?: ServerTls;
  readonly connectionPool?: ConnectionPool;
}

export interface Egress {
  readonly port?: SidecarPort;
  readonly bind?: string;
  readonly captureMode?: Word<"DEFAULT" | "IPTABLES" | "NONE">;
  readonly hosts?: readonly string[];
}

export interface Destination {
  readonly host?: string;
  readonly subset?: string;
  readonly port?: { readonly number?: number };
}

export interface ServerTls {
  readonly mode?: Word<"PASSTHROUGH" | "SIMPLE" | "MUTUAL" | "AUTO_PASSTHROUGH" | "ISTIO_MUTUAL" | "OPTIONAL_MUTUAL">;
  readonly httpsRedirect?: boolean;
  readonly serverCertificate?: string;
  readonly privateKey?: string;
  readonly caCertificates?: string;
  readonly caCrl?: string;
  readonly credentialName?: string;
  readonly credentialNames?: readonly string[];
  readonly tlsCertificates?: readonly { readonly serverCertificate?: string; readonly privateKey?: string }[];
  readonly subjectAltNames?: readonly string[];
  readonly minProtocolVersion?: Word<"TLS_AUTO" | "TLSV1_0" | "TLSV1_1" | "TLSV1_2" | "TLSV1_3">;
  readonly cipherSuites?: readonly string[];
}
