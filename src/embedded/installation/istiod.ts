/** istiod as `istioctl install` leaves it, as far as anybody can see it. Istio: manifests/charts/istio-control/istio-discovery. */
import type { JsonMap } from "../api/object.ts";
import { ISTIO_VERSION } from "../controlplane/injection/proxy-container.ts";

export const NAMESPACE = "istio-system";

const LABELS = { app: "istiod", istio: "pilot", "istio.io/rev": "default", release: "istio" };

/** The mesh configuration, as the ConfigMap `istio` holds it. */
const MESH = `accessLogFile: /dev/stdout
defaultConfig:
  discoveryAddress: istiod.istio-system.svc:15012
defaultProviders:
  metrics:
  - prometheus
enablePrometheusMerge: true
rootNamespace: istio-system
trustDomain: cluster.local
`;

export function istiod(): readonly JsonMap[] {
  const port = (name: string, number: number, targetPort = number): JsonMap => {
    return { name, port: number, targetPort, protocol: "TCP" };
  };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "istiod", namespace: NAMESPACE, labels: LABELS } },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "istio", namespace: NAMESPACE, labels: { "istio.io/rev": "default", release: "istio" } },
      data: { mesh: MESH, meshNetworks: "networks: {}" },
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: "istio-sidecar-injector",
        namespace: NAMESPACE,
        labels: { "istio.io/rev": "default", release: "istio" },
      },
      data: { config: "policy: enabled\nalwaysInjectSelector: []\nneverInjectSelector: []\n" },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "istiod", namespace: NAMESPACE, labels: LABELS },
      spec: {
        selector: { app: "istiod", istio: "pilot" },
        ports: [
          port("grpc-xds", 15010),
          port("https-dns", 15012),
          port("https-webhook", 443, 15017),
          port("http-monitoring", 15014),
        ],
      },
    },
    deployment(),
  ];
}

function deployment(): JsonMap {
  const container = {
    name: "discovery",
    image: `docker.io/istio/pilot:${ISTIO_VERSION}`,
    args: ["discovery", "--monitoringAddr=:15014", "--log_output_level=default:info", "--domain", "cluster.local"],
    ports: [
      { containerPort: 8080, name: "http-debug", protocol: "TCP" },
      { containerPort: 15010, name: "grpc-xds", protocol: "TCP" },
      { containerPort: 15012, name: "tls-xds", protocol: "TCP" },
      { containerPort: 15017, name: "https-webhooks", protocol: "TCP" },
      { containerPort: 15014, name: "http-monitoring", protocol: "TCP" },
    ],
    resources: { requests: { cpu: "10m", memory: "100Mi" } },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "istiod", namespace: NAMESPACE, labels: LABELS },
    spec: {
      selector: { matchLabels: { app: "istiod", istio: "pilot" } },
      strategy: { rollingUpdate: { maxSurge: "100%", maxUnavailable: "25%" } },
      template: {
        metadata: {
          labels: { ...LABELS, "sidecar.istio.io/inject": "false" },
          annotations: { "sidecar.istio.io/inject": "false" },
        },
        spec: { serviceAccountName: "istiod", containers: [container] },
      },
    },
  };
}
