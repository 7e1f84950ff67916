/** Every object that the rules know, and those that they only know to exist. */
import type { ConfigMap, EndpointSlice, MutatingWebhookConfiguration, Namespace, Service } from "./core.ts";
import type { EnvoyFilter } from "./envoy-filter.ts";
import type {
  AuthorizationPolicy,
  DestinationRule,
  Gateway,
  PeerAuthentication,
  ServiceEntry,
  Sidecar,
  VirtualService,
  WorkloadEntry,
} from "./istio.ts";
import type { Meta } from "./meta.ts";
import type { Monitor, Prometheus } from "./monitoring.ts";
import type { Controller, Pod } from "./pod.ts";
import type {
  ApiServerCalls,
  BackendTlsPolicy,
  ClientValidation,
  GatewayListener,
  GatewayRoute,
  Ingress,
  IngressClass,
  NamespaceChoice,
} from "./routes.ts";
import type { WaypointListener } from "./waypoint.ts";

/** An object of a kind without typed fields. `kind` is as written; `group` tells `Gateway` of one API from the other's. */
export interface OtherResource extends Meta {
  readonly form: "other";
  readonly group: string;
  /** Class of a Gateway of the Gateway API: which implementation runs it. */
  readonly className?: string;
  /** Of a Gateway of the Gateway API, and of a ListenerSet. */
  readonly listeners?: readonly GatewayListener[];
  /** The Gateway that a ListenerSet adds its listeners to. */
  readonly joins?: { readonly namespace: string; readonly name: string };
  /** Of a Gateway: whose ListenerSets it takes, and what it asks of clients. */
  readonly listenersFrom?: NamespaceChoice;
  readonly validation?: ClientValidation;
  /** Addresses of such a Gateway that are host names: Services that somebody else wrote. */
  readonly hostAddresses?: readonly string[];
  /** What it is as a waypoint. */
  readonly asWaypoint?: WaypointListener;
}

export type KnownResource =
  | Namespace
  | Pod
  | Controller
  | Service
  | EndpointSlice
  | ConfigMap
  | MutatingWebhookConfiguration
  | GatewayRoute
  | BackendTlsPolicy
  | Ingress
  | IngressClass
  | ApiServerCalls
  | Monitor
  | Prometheus
  | PeerAuthentication
  | AuthorizationPolicy
  | DestinationRule
  | VirtualService
  | Gateway
  | Sidecar
  | EnvoyFilter
  | ServiceEntry
  | WorkloadEntry;

/** A known object says `form: "known"`, so that `kind` can tell the others apart. */
export type Resource = (KnownResource & { readonly form: "known" }) | OtherResource;

export type KindOf<K extends KnownResource["kind"]> = Extract<Resource, { readonly form: "known"; readonly kind: K }>;

/** The objects of some kinds, in the order given. */
export function ofKind<K extends KnownResource["kind"]>(
  resources: readonly Resource[],
  ...kinds: readonly K[]
): readonly KindOf<K>[] {
  const wanted = new Set<string>(kinds);
  return resources.filter((resource): resource is KindOf<K> => resource.form === "known" && wanted.has(resource.kind));
}
