/** Istio's kinds. Fields that no rule reads are left out. */
import type { Labels, Meta, Pointer } from "./meta.ts";

/** UNSET inherits from the next wider level. */
export type MtlsMode = "UNSET" | "DISABLE" | "PERMISSIVE" | "STRICT";
/** What is left once inheritance is resolved. */
export type EffectiveMode = Exclude<MtlsMode, "UNSET">;
export const MTLS_MODES: readonly MtlsMode[] = ["UNSET", "DISABLE", "PERMISSIVE", "STRICT"];

export interface PortMode {
  /** Pointer of the map entry, `/spec/portLevelMtls/8080`. */
  readonly at: Pointer;
  /** Port of the workload (the target port), never of the Service. */
  readonly port: number;
  readonly mode: MtlsMode;
}

export interface PeerAuthentication extends Meta {
  readonly kind: "PeerAuthentication";
  /** matchLabels. Absent without `spec.selector`; `{}` when the selector is there and selects by no label. */
  readonly selector?: Labels;
  readonly mode: MtlsMode;
  readonly ports: readonly PortMode[];
}

/** Patterns of one attribute: any of the values, and none of the others. Empty lists say nothing. */
export interface Patterns {
  readonly values: readonly string[];
  readonly notValues: readonly string[];
}

/** One alternative of who may call. */
export interface AuthorizationSource {
  readonly at: Pointer;
  readonly principals: Patterns;
  readonly namespaces: Patterns;
  readonly serviceAccounts: Patterns;
  /** Also asks for an address or for an identity of the request. */
  readonly onRequest: boolean;
}

export interface AuthorizationRule {
  /** Alternatives; none means anybody. */
  readonly from: readonly AuthorizationSource[];
  /** Alternatives; none means any operation. */
  readonly to: readonly { readonly ports: Patterns; readonly onRequest: boolean }[];
  /** Has further conditions. */
  readonly when: boolean;
}

export interface AuthorizationPolicy extends Meta {
  readonly kind: "AuthorizationPolicy";
  readonly selector?: Labels;
  /** Gateways, waypoints or Services that it is attached to instead of pods. */
  readonly hasTargetRefs: boolean;
  readonly targets: readonly { readonly kind: string; readonly name: string }[];
  readonly action: string;
  /** Absent where the policy has no rules at all, which is not the same as an empty rule. */
  readonly rules: readonly AuthorizationRule[];
}

export type ClientTlsMode = "DISABLE" | "SIMPLE" | "MUTUAL" | "ISTIO_MUTUAL";

export interface ClientTls {
  readonly at: Pointer;
  readonly mode: ClientTlsMode;
  readonly credentialName?: string;
  /** The name that the proxy asks the server for. */
  readonly sni?: string;
  /** The policy of the Gateway API that says it, where no DestinationRule does. */
  readonly by?: Meta;
  /** What is not known of its certificates, and decides whether TLS comes of it. */
  readonly untold?: string;
}

/** The parts of a traffic policy that decide about TLS. Presence matters: an entry without tls replaces the wider one. */
export interface TrafficPolicy {
  readonly tls?: ClientTls;
  /** `loadBalancer.simple`, such as `PASSTHROUGH`. */
  readonly loadBalancer?: string;
  readonly hasLoadBalancer: boolean;
  readonly ports: readonly PortTrafficPolicy[];
}

export interface PortTrafficPolicy {
  /** Port of the Service. */
  readonly port: number;
  readonly tls?: ClientTls;
  readonly loadBalancer?: string;
  readonly hasLoadBalancer: boolean;
}

export interface Subset {
  readonly name: string;
  readonly labels: Labels;
  readonly trafficPolicy?: TrafficPolicy;
}

export interface DestinationRule extends Meta {
  readonly kind: "DestinationRule";
  readonly host: string;
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets: readonly Subset[];
  readonly exportTo: readonly string[];
  readonly workloadSelector?: Labels;
  /** The policies of the Gateway API that Istio turns into this. */
  readonly madeFrom?: readonly Meta[];
}

export interface Destination {
  /** Gets a copy of the traffic; what becomes of it is nothing to the caller. */
  readonly mirror: boolean;
  /** Pointer of the `destination` object. */
  readonly at: Pointer;
  readonly host: string;
  readonly subset?: string;
  readonly port?: number;
}

/** One alternative of a route's conditions. Absent and empty fields hold for every call. */
export interface RouteMatch {
  readonly gateways: readonly string[];
  readonly sourceLabels: Labels;
  readonly sourceNamespace?: string;
  readonly port?: number;
  /** Server names of tls routes. */
  readonly sniHosts?: readonly string[];
  /** Also depends on the request: its path, headers, SNI, destination subnet. */
  readonly onRequest: boolean;
}

export interface Route {
  readonly at: Pointer;
  readonly protocol: "http" | "tcp" | "tls";
  /** Alternatives; none means that the route always holds. */
  readonly matches: readonly RouteMatch[];
  /** False for redirects, direct responses and delegates. */
  readonly forwards: boolean;
  /** Weighted destinations and mirrors. */
  readonly destinations: readonly Destination[];
  /** The VirtualService that has the routes; in the same namespace where it names none. */
  readonly delegate?: { readonly name: string; readonly namespace?: string };
}

export interface VirtualService extends Meta {
  readonly kind: "VirtualService";
  readonly hosts: readonly string[];
  /** The route of the Gateway API that Istio turns into this, for messages. */
  readonly madeFrom?: Meta;
  /** As written; empty means the sidecars, `["mesh"]`. */
  readonly gateways: readonly string[];
  readonly routes: readonly Route[];
  readonly exportTo: readonly string[];
}

export type ServerTlsMode =
  | "PASSTHROUGH"
  | "SIMPLE"
  | "MUTUAL"
  | "AUTO_PASSTHROUGH"
  | "ISTIO_MUTUAL"
  | "OPTIONAL_MUTUAL";

/** One port that a gateway opens. */
export interface GatewayServer {
  readonly at: Pointer;
  readonly port: number;
  readonly portName: string;
  readonly protocol: string;
  /** Perhaps `namespace/host`. */
  readonly hosts: readonly string[];
  /** Listens at this address only. */
  readonly bind?: string;
  readonly tls?: { readonly mode: ServerTlsMode; readonly httpsRedirect: boolean };
}

export interface Gateway extends Meta {
  readonly kind: "Gateway";
  /** Labels of the gateway pods, in any namespace. Empty takes in all of them. */
  readonly selector: Labels;
  readonly servers: readonly GatewayServer[];
}

export interface SidecarListener {
  readonly at: Pointer;
  readonly port?: number;
  readonly protocol?: string;
  readonly name?: string;
  readonly defaultEndpoint?: string;
  readonly captureMode?: string;
  /** Only on egress: `namespace/host` patterns. */
  readonly hosts: readonly string[];
}

export interface Sidecar extends Meta {
  readonly kind: "Sidecar";
  readonly workloadSelector?: Labels;
  readonly hasIngress: boolean;
  readonly ingress: readonly SidecarListener[];
  readonly hasEgress: boolean;
  readonly egress: readonly SidecarListener[];
  readonly outboundTrafficPolicy?: string;
}

export interface WorkloadAddress {
  readonly address?: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly labels: Labels;
  readonly serviceAccount?: string;
}

export interface ServiceEntry extends Meta {
  readonly kind: "ServiceEntry";
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
  readonly ports: readonly {
    readonly number: number;
    readonly name: string;
    readonly protocol: string;
    readonly targetPort?: number;
  }[];
  readonly location: string;
  readonly resolution: string;
  readonly endpoints: readonly WorkloadAddress[];
  readonly workloadSelector?: Labels;
  readonly exportTo: readonly string[];
}

export interface WorkloadEntry extends Meta {
  readonly kind: "WorkloadEntry";
  readonly workload: WorkloadAddress;
}
