/**
 * JSON of one object → what the rules know of it. Knows nothing of YAML: the API server's answers are read alike.
 * What cannot be understood becomes a gap of the object; the rest is decoded all the same.
 */
import type { Gap } from "../../mesh/resources/meta.ts";
import type { KnownResource, Resource } from "../../mesh/resources/resource.ts";
import { type Field, rootField } from "./field.ts";
import { decodeAuthorizationPolicy } from "./istio/authorization-policy.ts";
import { decodeDestinationRule } from "./istio/destination-rule.ts";
import { decodeEnvoyFilter } from "./istio/envoy-filter.ts";
import { decodeGateway } from "./istio/gateway.ts";
import { decodePeerAuthentication } from "./istio/peer-authentication.ts";
import { decodeServiceEntry, decodeWorkloadEntry } from "./istio/service-entry.ts";
import { decodeSidecar } from "./istio/sidecar.ts";
import { decodeVirtualService } from "./istio/virtual-service.ts";
import { decodeConfigMap } from "./kubernetes/config-map.ts";
import { decodeController } from "./kubernetes/controller.ts";
import { decodeGatewayListeners, decodeListenerSet } from "./kubernetes/listeners.ts";
import { decodeMonitor, decodePrometheus } from "./kubernetes/monitoring.ts";
import { decodePod } from "./kubernetes/pod.ts";
import {
  decodeApiServerCalls,
  decodeBackendTlsPolicy,
  decodeGatewayRoute,
  decodeIngress,
  decodeIngressClass,
} from "./kubernetes/routes.ts";
import { decodeEndpointSlice, decodeService } from "./kubernetes/service.ts";
import { decodeWaypoint } from "./kubernetes/waypoint.ts";
import { decodeWebhooks } from "./kubernetes/webhook.ts";
import { decodeMeta, type Where } from "./meta.ts";

type MetaSoFar = NonNullable<ReturnType<typeof decodeMeta>>;
type Decoder = (root: Field, meta: MetaSoFar, where: Where) => object;

/** By group, then kind: `Gateway` is a kind of two groups. All versions of a group that are served decode alike. */
const DECODERS: Readonly<Record<string, Readonly<Partial<Record<KnownResource["kind"], Decoder>>>>> = {
  "": {
    Namespace: () => ({}),
    Pod: decodePod,
    Service: decodeService,
    ConfigMap: decodeConfigMap,
  },
  apps: {
    Deployment: (root) => decodeController(root, "Deployment"),
    ReplicaSet: (root) => decodeController(root, "ReplicaSet"),
    StatefulSet: (root) => decodeController(root, "StatefulSet"),
    DaemonSet: (root) => decodeController(root, "DaemonSet"),
  },
  batch: {
    Job: (root) => decodeController(root, "Job"),
    CronJob: (root) => decodeController(root, "CronJob"),
  },
  "discovery.k8s.io": { EndpointSlice: decodeEndpointSlice },
  "admissionregistration.k8s.io": {
    MutatingWebhookConfiguration: decodeWebhooks,
    ValidatingWebhookConfiguration: (root) => decodeApiServerCalls(root, "ValidatingWebhookConfiguration"),
  },
  "apiregistration.k8s.io": { APIService: (root) => decodeApiServerCalls(root, "APIService") },
  "apiextensions.k8s.io": {
    CustomResourceDefinition: (root) => decodeApiServerCalls(root, "CustomResourceDefinition"),
  },
  "networking.k8s.io": { Ingress: decodeIngress, IngressClass: decodeIngressClass },
  "gateway.networking.k8s.io": {
    HTTPRoute: (root, meta) => decodeGatewayRoute(root, "HTTPRoute", meta),
    GRPCRoute: (root, meta) => decodeGatewayRoute(root, "GRPCRoute", meta),
    TCPRoute: (root, meta) => decodeGatewayRoute(root, "TCPRoute", meta),
    BackendTLSPolicy: decodeBackendTlsPolicy,
    TLSRoute: (root, meta) => decodeGatewayRoute(root, "TLSRoute", meta),
  },
  "monitoring.coreos.com": {
    ServiceMonitor: (root, meta) => decodeMonitor(root, "ServiceMonitor", meta),
    PodMonitor: (root, meta) => decodeMonitor(root, "PodMonitor", meta),
    Prometheus: (root) => decodePrometheus(root, "Prometheus"),
    PrometheusAgent: (root) => decodePrometheus(root, "PrometheusAgent"),
  },
  "security.istio.io": { PeerAuthentication: decodePeerAuthentication, AuthorizationPolicy: decodeAuthorizationPolicy },
  "networking.istio.io": {
    DestinationRule: decodeDestinationRule,
    VirtualService: decodeVirtualService,
    Gateway: decodeGateway,
    Sidecar: decodeSidecar,
    EnvoyFilter: decodeEnvoyFilter,
    ServiceEntry: decodeServiceEntry,
    WorkloadEntry: decodeWorkloadEntry,
  },
};

/** Undefined for what is no object: without apiVersion, kind or name. `more` are gaps known before decoding. */
export function decodeResource(value: unknown, where: Where, more: readonly Gap[] = []): Resource | undefined {
  const head = headOf(value);
  if (!head) return undefined;
  const root = rootField(value);
  const meta = decodeMeta(root, head.apiVersion, head.kind, where);
  if (!meta) return undefined;
  const decoder = decoderOf(head);
  const fields = decoder ? { ...decoder(root, meta, where), form: "known" } : otherFields(root, head, meta);
  const notes = { gaps: [...root.notes.gaps.values(), ...more], unknownFields: root.notes.unknownFields };
  // Each decoder returns its kind's own fields: the table pairs them, which the compiler does not follow.
  return { ...meta, ...fields, ...notes } as unknown as Resource;
}

/** Kinds without rules of their own, of which other rules read something. */
const READ_BY_OTHERS: Readonly<Record<string, (root: Field, meta: MetaSoFar) => object>> = {
  "gateway.networking.k8s.io Gateway": (root) => ({
    ...decodeGatewayListeners(root),
    asWaypoint: decodeWaypoint(root),
  }),
  "gateway.networking.k8s.io ListenerSet": decodeListenerSet,
  "gateway.networking.x-k8s.io XListenerSet": decodeListenerSet,
};

function otherFields(root: Field, { group, kind }: Head, meta: MetaSoFar): object {
  return { form: "other", group, ...READ_BY_OTHERS[`${group} ${kind}`]?.(root, meta) };
}

export interface Head {
  readonly apiVersion: string;
  readonly group: string;
  readonly kind: string;
}

/** What makes a value an object of Kubernetes. */
export function headOf(value: unknown): Head | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { apiVersion, kind } = value as { readonly apiVersion?: unknown; readonly kind?: unknown };
  if (typeof apiVersion !== "string" || typeof kind !== "string" || !apiVersion || !kind) return undefined;
  return { apiVersion, group: apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "", kind };
}

/** Whether the kind has a decoder, so that an object of it that cannot be applied is worth a word. */
export function isKnown(head: Head): boolean {
  return decoderOf(head) !== undefined;
}

function decoderOf(head: Head): Decoder | undefined {
  const kinds = Object.hasOwn(DECODERS, head.group) ? DECODERS[head.group] : undefined;
  return kinds && Object.hasOwn(kinds, head.kind) ? kinds[head.kind as KnownResource["kind"]] : undefined;
}
