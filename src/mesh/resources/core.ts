/** Kubernetes' own kinds that decide about addresses, membership and injection. */

import type { BackendRef } from "./backend-ref.ts";
import type { Labels, Meta, Pointer } from "./meta.ts";

export interface Namespace extends Meta {
  readonly kind: "Namespace";
}

export interface ServicePort {
  /** Pointer of the list item. */
  readonly at: Pointer;
  readonly name?: string;
  readonly port: number;
  /** A number, or the name of a container port. Equals `port` where the manifest is silent. */
  readonly targetPort: number | string;
  readonly protocol: string;
  readonly appProtocol?: string;
  readonly nodePort?: number;
}

export interface Service extends Meta {
  readonly kind: "Service";
  readonly type: string;
  /** `None` makes the Service headless. */
  readonly clusterIP?: string;
  /** Empty when the Service has no selector: its endpoints are written by somebody else. */
  readonly selector: Labels;
  readonly ports: readonly ServicePort[];
  readonly externalName?: string;
}

export interface Endpoint {
  readonly addresses: readonly string[];
  readonly ready: boolean;
  readonly pod?: { readonly namespace: string; readonly name: string };
}

export interface EndpointSlice extends Meta {
  readonly kind: "EndpointSlice";
  /** Name of the Service, from the label `kubernetes.io/service-name`. */
  readonly service: string;
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
}

export interface ConfigMap extends Meta {
  readonly kind: "ConfigMap";
  readonly data: Readonly<Record<string, string>>;
  /** Istio keeps YAML inside YAML: the parsed values of the keys `mesh`, `config` and `values` of its own ConfigMaps. */
  readonly embedded: Readonly<Record<string, unknown>>;
}

export interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** A Kubernetes label selector: all labels equal and all requirements met. Empty selects everything. */
export interface LabelSelector {
  readonly matchLabels: Labels;
  readonly matchExpressions: readonly LabelRequirement[];
}

export interface Webhook {
  readonly at: Pointer;
  readonly name: string;
  /** Where the webhook is called: the Service of an istiod, or a URL. */
  readonly service?: { readonly namespace: string; readonly name: string; readonly path: string };
  readonly url?: string;
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
}

export interface MutatingWebhookConfiguration extends Meta {
  readonly kind: "MutatingWebhookConfiguration";
  /** The Services that the API server calls for it. */
  readonly backends: readonly BackendRef[];
  readonly webhooks: readonly Webhook[];
}
