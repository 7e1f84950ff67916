/** The kinds that the rules read. Secrets are not among them, and never will be. A test holds the table against the rules. */

export interface WantedKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const IN_NAMESPACES: Readonly<Record<string, readonly (readonly [kind: string, plural: string])[]>> = {
  "": [
    ["Pod", "pods"],
    ["Service", "services"],
    ["ConfigMap", "configmaps"],
  ],
  apps: [
    ["Deployment", "deployments"],
    ["ReplicaSet", "replicasets"],
    ["StatefulSet", "statefulsets"],
    ["DaemonSet", "daemonsets"],
  ],
  batch: [
    ["Job", "jobs"],
    ["CronJob", "cronjobs"],
  ],
  "discovery.k8s.io": [["EndpointSlice", "endpointslices"]],
  "networking.k8s.io": [["Ingress", "ingresses"]],
  "gateway.networking.k8s.io": [
    ["Gateway", "gateways"],
    ["HTTPRoute", "httproutes"],
    ["GRPCRoute", "grpcroutes"],
    ["TCPRoute", "tcproutes"],
    ["TLSRoute", "tlsroutes"],
    ["BackendTLSPolicy", "backendtlspolicies"],
    ["ListenerSet", "listenersets"],
  ],
  "gateway.networking.x-k8s.io": [["XListenerSet", "xlistenersets"]],
  "monitoring.coreos.com": [
    ["ServiceMonitor", "servicemonitors"],
    ["PodMonitor", "podmonitors"],
    ["Prometheus", "prometheuses"],
    ["PrometheusAgent", "prometheusagents"],
  ],
  "security.istio.io": [
    ["PeerAuthentication", "peerauthentications"],
    ["AuthorizationPolicy", "authorizationpolicies"],
  ],
  "networking.istio.io": [
    ["DestinationRule", "destinationrules"],
    ["VirtualService", "virtualservices"],
    ["Gateway", "gateways"],
    ["Sidecar", "sidecars"],
    ["EnvoyFilter", "envoyfilters"],
    ["ServiceEntry", "serviceentries"],
    ["WorkloadEntry", "workloadentries"],
  ],
};

const IN_CLUSTER: typeof IN_NAMESPACES = {
  "": [["Namespace", "namespaces"]],
  "networking.k8s.io": [["IngressClass", "ingressclasses"]],
  "gateway.networking.k8s.io": [["GatewayClass", "gatewayclasses"]],
  "admissionregistration.k8s.io": [
    ["MutatingWebhookConfiguration", "mutatingwebhookconfigurations"],
    ["ValidatingWebhookConfiguration", "validatingwebhookconfigurations"],
  ],
  "apiregistration.k8s.io": [["APIService", "apiservices"]],
  "apiextensions.k8s.io": [["CustomResourceDefinition", "customresourcedefinitions"]],
};

export const WANTED_KINDS: readonly WantedKind[] = [...kindsOf(IN_CLUSTER, false), ...kindsOf(IN_NAMESPACES, true)];

function kindsOf(table: typeof IN_NAMESPACES, namespaced: boolean): readonly WantedKind[] {
  return Object.entries(table).flatMap(([group, kinds]) =>
    kinds.map(([kind, plural]) => ({ group, kind, plural, namespaced })),
  );
}
