/** Kubernetes' own routes, and every other place where an object names a Service that it calls. */
import type { BackendRef } from "./backend-ref.ts";
import type { LabelSelector } from "./core.ts";
import type { ServerTlsMode } from "./istio.ts";
import type { Meta, Pointer } from "./meta.ts";

export type GatewayRouteKind = "HTTPRoute" | "GRPCRoute" | "TCPRoute" | "TLSRoute";

/** A route of the Gateway API. */
export interface GatewayRoute extends Meta {
  readonly kind: GatewayRouteKind;
  /** What it is attached to: a Gateway (the gateway's pods call), or a Service (its callers in the mesh do). */
  readonly parents: readonly RouteParent[];
  /** Of its own; empty means all that the listener has. */
  readonly hostnames: readonly string[];
  readonly rules: readonly GatewayRouteRule[];
}

export interface RouteParent {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Only calls to this port of the parent. */
  readonly port?: number;
  /** Only this listener of a Gateway. */
  readonly section?: string;
}

export interface GatewayRouteRule {
  readonly at: Pointer;
  /** Depends on the request: its path, headers, method, SNI. */
  readonly onRequest: boolean;
  /** False for redirects. */
  readonly forwards: boolean;
  readonly backends: readonly BackendRef[];
}

/** One port that a Gateway of the Gateway API opens. */
export interface GatewayListener {
  readonly at: Pointer;
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname?: string;
  /** Without a mode the Gateway says what it asks of clients. */
  readonly tls?: { readonly mode?: ServerTlsMode };
  readonly routes: NamespaceChoice;
}

/** Namespaces whose objects may join: `Same`, `All`, `None`, or those that the selector takes in. */
export interface NamespaceChoice {
  readonly from: string;
  readonly selector: LabelSelector;
}

/** What a Gateway of the Gateway API asks of clients that come with TLS, at some ports and at all others. */
export interface ClientValidation {
  readonly default: ServerTlsMode;
  readonly ports: readonly { readonly port: number; readonly mode: ServerTlsMode }[];
}

/** Tells the callers of a Service to speak TLS to it. */
export interface BackendTlsPolicy extends Meta {
  readonly kind: "BackendTLSPolicy";
  readonly targets: readonly {
    readonly kind: string;
    readonly name: string;
    /** Name of a port. */
    readonly section?: string;
  }[];
  readonly hostname?: string;
  /** Where the certificates of the authority are. Absent where those of the system count. */
  readonly authority?: { readonly kind: string; readonly name: string };
}

export interface Ingress extends Meta {
  readonly kind: "Ingress";
  readonly className?: string;
  /** The older way to name a class, an annotation: it wins. */
  readonly annotatedClass?: string;
  readonly backends: readonly BackendRef[];
  /** Where requests go that no rule takes. */
  readonly defaultBackend?: BackendRef;
  /** Secrets for TLS, each for some hosts or for all. */
  readonly secrets: readonly { readonly at: Pointer; readonly hosts: readonly string[] }[];
}

export interface IngressClass extends Meta {
  readonly kind: "IngressClass";
  readonly controller: string;
  /** For Ingresses that name no class. */
  readonly isDefault: boolean;
}

/** Services that the API server calls: webhooks that validate, aggregated APIs, conversion of custom resources. */
export interface ApiServerCalls extends Meta {
  readonly kind: "ValidatingWebhookConfiguration" | "APIService" | "CustomResourceDefinition";
  readonly backends: readonly BackendRef[];
}
