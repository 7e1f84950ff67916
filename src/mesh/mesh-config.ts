/** Mesh-wide settings: key `mesh` of the ConfigMap `istio` in istiod's namespace, over Istio's defaults. */

import { labelSelectors } from "./labels.ts";
import { isRecord } from "./record.ts";
import type { ConfigMap, LabelSelector } from "./resources/core.ts";

export interface MeshConfig {
  readonly rootNamespace: string;
  readonly enableAutoMtls: boolean;
  /** First part of every identity of the mesh. */
  readonly trustDomain: string;
  readonly outboundTrafficPolicy: "ALLOW_ANY" | "REGISTRY_ONLY";
  /** Namespaces that istiod looks at; all where there is none. */
  readonly discoverySelectors: readonly LabelSelector[];
  /** To whom a DestinationRule that does not say is exported; only `.` makes a difference. */
  readonly destinationRuleExportTo: readonly string[];
  /** Whether proxies give up waiting for a caller's first bytes, after however long. */
  readonly detectionEnds: boolean;
  /** Whether scrapes of metrics are led to the agent where a pod does not say. */
  readonly enablePrometheusMerge: boolean;
  /** Where agents answer scrapes. */
  readonly statusPort: number;
  readonly ingress: IngressSettings;
}

/** Which Ingresses Istio serves besides those of an IngressClass of its own, and the label `istio` of the pods that do. */
export interface IngressSettings {
  readonly mode: "OFF" | "DEFAULT" | "STRICT";
  /** Name of the class in annotations. */
  readonly className: string;
  readonly servedBy: string;
}

/** Namespace in which istiod runs when nothing says otherwise. */
const ISTIO_NAMESPACE = "istio-system";

/** What Istio takes where the ConfigMap is silent. Istio: pkg/config/mesh/mesh.go DefaultMeshConfig. */
const DEFAULTS: MeshConfig = {
  rootNamespace: ISTIO_NAMESPACE,
  enableAutoMtls: true,
  trustDomain: "cluster.local",
  outboundTrafficPolicy: "ALLOW_ANY",
  discoverySelectors: [],
  destinationRuleExportTo: [],
  detectionEnds: false,
  enablePrometheusMerge: true,
  statusPort: 15020,
  ingress: { mode: "STRICT", className: "istio", servedBy: "ingressgateway" },
};

export function meshConfig(configMaps: readonly ConfigMap[]): MeshConfig {
  const mesh = configMaps.find(isMeshMap)?.embedded.mesh;
  if (!isRecord(mesh)) return DEFAULTS;
  const policy = mesh.outboundTrafficPolicy;
  return {
    rootNamespace: textOf(mesh.rootNamespace) ?? DEFAULTS.rootNamespace,
    enableAutoMtls: mesh.enableAutoMtls !== false,
    trustDomain: textOf(mesh.trustDomain) ?? DEFAULTS.trustDomain,
    outboundTrafficPolicy: isRecord(policy) && policy.mode === "REGISTRY_ONLY" ? "REGISTRY_ONLY" : "ALLOW_ANY",
    discoverySelectors: labelSelectors(mesh.discoverySelectors),
    destinationRuleExportTo: textsOf(mesh.defaultDestinationRuleExportTo),
    detectionEnds: /[1-9]/.test(textOf(mesh.protocolDetectionTimeout) ?? ""),
    enablePrometheusMerge: mesh.enablePrometheusMerge !== false,
    statusPort: statusPort(mesh.defaultConfig),
    ingress: ingressSettings(mesh),
  };
}

function statusPort(proxy: unknown): number {
  return isRecord(proxy) && typeof proxy.statusPort === "number" ? proxy.statusPort : DEFAULTS.statusPort;
}

/** Istio: pilot/pkg/config/kube/ingress/gateways.go getIngressGatewaySelector. */
function ingressSettings(mesh: Readonly<Record<string, unknown>>): IngressSettings {
  const { ingress } = DEFAULTS;
  const mode = mesh.ingressControllerMode;
  const service = textOf(mesh.ingressService);
  const named = service === "istio-ingressgateway" ? undefined : service;
  return {
    mode: mode === "OFF" || mode === "DEFAULT" ? mode : "STRICT",
    className: textOf(mesh.ingressClass) ?? ingress.className,
    servedBy: textOf(mesh.ingressSelector) ?? named ?? ingress.servedBy,
  };
}

export function isMeshMap({ namespace, name }: Pick<ConfigMap, "namespace" | "name">): boolean {
  return namespace === ISTIO_NAMESPACE && name === "istio";
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
