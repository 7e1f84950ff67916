/** The ingress gateway of the default profile. Istio: manifests/charts/gateways/istio-ingress. */
import type { JsonMap } from "../api/object.ts";
import { proxyContainer, proxyVolumes } from "../controlplane/injection/proxy-container.ts";
import { NAMESPACE } from "./istiod.ts";

export const INGRESS_GATEWAY = "istio-ingressgateway";

const SELECTOR = { app: INGRESS_GATEWAY, istio: "ingressgateway" };
const LABELS = { ...SELECTOR, release: "istio" };
const ACCOUNT = "istio-ingressgateway-service-account";

export function ingressGateway(): readonly JsonMap[] {
  const port = (name: string, number: number, targetPort: number): JsonMap => {
    return { name, port: number, targetPort, protocol: "TCP" };
  };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: ACCOUNT, namespace: NAMESPACE, labels: LABELS } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: INGRESS_GATEWAY, namespace: NAMESPACE, labels: LABELS },
      spec: {
        type: "LoadBalancer",
        selector: SELECTOR,
        ports: [port("status-port", 15021, 15021), port("http2", 80, 8080), port("https", 443, 8443)],
      },
    },
    deployment(),
  ];
}

function deployment(): JsonMap {
  const metadata = { name: INGRESS_GATEWAY, namespace: NAMESPACE, labels: LABELS };
  const container = proxyContainer(
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...metadata, uid: "", resourceVersion: "", creationTimestamp: "" },
      spec: { containers: [] },
    },
    "router",
    {},
  );
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      selector: { matchLabels: SELECTOR },
      strategy: { rollingUpdate: { maxSurge: "100%", maxUnavailable: "25%" } },
      template: {
        metadata: {
          labels: {
            ...LABELS,
            "istio.io/rev": "default",
            "service.istio.io/canonical-name": INGRESS_GATEWAY,
            "service.istio.io/canonical-revision": "latest",
            "sidecar.istio.io/inject": "false",
          },
          annotations: { "istio.io/rev": "default", "sidecar.istio.io/inject": "false" },
        },
        spec: { serviceAccountName: ACCOUNT, containers: [container], volumes: proxyVolumes() },
      },
    },
  };
}
