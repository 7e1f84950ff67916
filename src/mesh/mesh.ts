/** One snapshot of everything that decides about mutual TLS, indexed for the rules. Immutable. */

import type { MeshConfig } from "./mesh-config.ts";
import type { ConfigMap, EndpointSlice, MutatingWebhookConfiguration, Namespace, Service } from "./resources/core.ts";
import type { EnvoyFilter } from "./resources/envoy-filter.ts";
import type {
  AuthorizationPolicy,
  DestinationRule,
  Gateway,
  PeerAuthentication,
  ServiceEntry,
  Sidecar,
  VirtualService,
  WorkloadEntry,
} from "./resources/istio.ts";
import type { Labels } from "./resources/meta.ts";
import type { Monitor, Prometheus } from "./resources/monitoring.ts";
import type { Controller, Pod } from "./resources/pod.ts";
import type { OtherResource } from "./resources/resource.ts";
import type { ApiServerCalls, BackendTlsPolicy, GatewayRoute, Ingress, IngressClass } from "./resources/routes.ts";
import type { Workload } from "./workload.ts";

export interface Mesh {
  readonly config: MeshConfig;
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** Labels that a person says are true of a namespace that is in no file. */
  readonly statedLabels: ReadonlyMap<string, Labels>;
  /** Revision by tag, from the webhooks that serve tags. */
  readonly revisionTags: ReadonlyMap<string, string>;
  /** Revision of the istiod that pods without a revision of their own belong to. */
  readonly revision: string;
  /** Namespaces that istiod does not look at. */
  readonly hiddenNamespaces: ReadonlySet<string>;
  readonly workloads: readonly Workload[];
  /** What workloads are made of, with those that another one owns. */
  readonly controllers: readonly Controller[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly configMaps: readonly ConfigMap[];
  readonly webhooks: readonly MutatingWebhookConfiguration[];
  /** Policies that the control plane sees, oldest first, by name where equally old. */
  readonly policies: readonly PeerAuthentication[];
  readonly gatewayRoutes: readonly GatewayRoute[];
  readonly ingresses: readonly Ingress[];
  readonly ingressClasses: readonly IngressClass[];
  /** Webhooks, aggregated APIs and conversions: the API server is the caller. */
  readonly apiServerCalls: readonly (ApiServerCalls | MutatingWebhookConfiguration)[];
  /** What the Prometheus operator is told to scrape, and the Prometheus servers that it is told to run. */
  readonly monitors: readonly Monitor[];
  readonly prometheuses: readonly Prometheus[];
  readonly authorizationPolicies: readonly AuthorizationPolicy[];
  readonly destinationRules: readonly DestinationRule[];
  readonly backendPolicies: readonly BackendTlsPolicy[];
  readonly virtualServices: readonly VirtualService[];
  readonly gateways: readonly Gateway[];
  readonly sidecars: readonly Sidecar[];
  readonly envoyFilters: readonly EnvoyFilter[];
  readonly serviceEntries: readonly ServiceEntry[];
  readonly workloadEntries: readonly WorkloadEntry[];
  readonly others: readonly OtherResource[];
}
