/** Mesh-wide settings: key `mesh` of the ConfigMap `istio` in istiod's namespace, over Istio's defaults. */

export interface MeshConfig {
  readonly rootNamespace: string;
  readonly enableAutoMtls: boolean;
  readonly outboundTrafficPolicy: "ALLOW_ANY" | "REGISTRY_ONLY";
}
