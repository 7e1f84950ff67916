/** The container `istio-proxy`, its volumes, and the annotations that tell of it. Istio: files/{injection,gateway-injection}-template.yaml. */
import type { JsonMap } from "../../api/object.ts";
import type { ContainerSpec, Pod } from "../../api/shapes.ts";
import { ownerName } from "./owner.ts";
import type { Probers } from "./probes.ts";

export const STATUS_PORT = 15020;
/** The version of Istio whose behaviour is imitated. */
export const ISTIO_VERSION = "1.31.0";

type Annotations = Readonly<Record<string, string>>;

export function proxyImage(annotations: Annotations): string {
  return annotations["sidecar.istio.io/proxyImage"] ?? `docker.io/istio/proxyv2:${ISTIO_VERSION}`;
}

export function proxyContainer(pod: Pod, role: "sidecar" | "router", probers: Probers): ContainerSpec {
  return {
    name: "istio-proxy",
    image: proxyImage(pod.metadata.annotations ?? {}),
    args: [
      ...["proxy", role, "--domain", "$(POD_NAMESPACE).svc.cluster.local"],
      ...["--proxyLogLevel=warning", "--proxyComponentLogLevel=misc:error", "--log_output_level=default:info"],
    ],
    env: environment(pod, probers),
    ports: [{ containerPort: 15090, protocol: "TCP", name: "http-envoy-prom" }],
    ...{
      readinessProbe: {
        httpGet: { path: "/healthz/ready", port: 15021 },
        initialDelaySeconds: 0,
        periodSeconds: 15,
        timeoutSeconds: 3,
        failureThreshold: 4,
      },
      startupProbe: {
        httpGet: { path: "/healthz/ready", port: 15021 },
        initialDelaySeconds: 0,
        periodSeconds: 1,
        timeoutSeconds: 3,
        failureThreshold: 600,
      },
      resources: { limits: { cpu: "2", memory: "1Gi" }, requests: { cpu: "10m", memory: "40Mi" } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsGroup: 1337,
        runAsNonRoot: true,
        runAsUser: 1337,
      },
      volumeMounts: MOUNTS.map(([name, mountPath]) => ({ name, mountPath })),
    },
  };
}

function environment(pod: Pod, probers: Probers): readonly JsonMap[] {
  const { annotations = {}, namespace = "default" } = pod.metadata;
  const ports = pod.spec.containers.flatMap((each) => each.ports ?? []);
  const names = pod.spec.containers.map(({ name }) => name).filter((name) => name !== "istio-proxy");
  const field = (name: string, fieldPath: string): JsonMap => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const value = (name: string, text: string): JsonMap => ({ name, value: text });
  return [
    value("PILOT_CERT_PROVIDER", "istiod"),
    value("CA_ADDR", "istiod.istio-system.svc:15012"),
    field("POD_NAME", "metadata.name"),
    field("POD_NAMESPACE", "metadata.namespace"),
    field("INSTANCE_IP", "status.podIP"),
    field("SERVICE_ACCOUNT", "spec.serviceAccountName"),
    field("HOST_IP", "status.hostIP"),
    value("PROXY_CONFIG", `${annotations["proxy.istio.io/config"] ?? "{}"}\n`),
    value("ISTIO_META_POD_PORTS", JSON.stringify(ports)),
    value("ISTIO_META_APP_CONTAINERS", names.join(",")),
    value("ISTIO_META_CLUSTER_ID", "Kubernetes"),
    field("ISTIO_META_NODE_NAME", "spec.nodeName"),
    value("ISTIO_META_INTERCEPTION_MODE", annotations["sidecar.istio.io/interceptionMode"] ?? "REDIRECT"),
    value("ISTIO_META_WORKLOAD_NAME", ownerName(pod)),
    value("ISTIO_META_OWNER", `kubernetes://apis/apps/v1/namespaces/${namespace}/deployments/${ownerName(pod)}`),
    value("ISTIO_META_MESH_ID", "cluster.local"),
    value("TRUST_DOMAIN", "cluster.local"),
    ...(Object.keys(probers).length === 0 ? [] : [value("ISTIO_KUBE_APP_PROBERS", JSON.stringify(probers))]),
  ];
}

const MOUNTS = [
  ["workload-socket", "/var/run/secrets/workload-spiffe-uds"],
  ["credential-socket", "/var/run/secrets/credential-uds"],
  ["workload-certs", "/var/run/secrets/workload-spiffe-credentials"],
  ["istiod-ca-cert", "/var/run/secrets/istio"],
  ["istio-ca-crl", "/var/run/secrets/istio/crl"],
  ["istio-data", "/var/lib/istio/data"],
  ["istio-envoy", "/etc/istio/proxy"],
  ["istio-token", "/var/run/secrets/tokens"],
  ["istio-podinfo", "/etc/istio/pod"],
] as const;

/** In the order in which the injector writes them. */
export function proxyVolumes(): readonly JsonMap[] {
  const item = (path: string, fieldPath: string): JsonMap => ({ path, fieldRef: { fieldPath } });
  return [
    { name: "workload-socket", emptyDir: {} },
    { name: "credential-socket", emptyDir: {} },
    { name: "workload-certs", emptyDir: {} },
    { name: "istio-envoy", emptyDir: { medium: "Memory" } },
    { name: "istio-data", emptyDir: {} },
    {
      name: "istio-podinfo",
      downwardAPI: { items: [item("labels", "metadata.labels"), item("annotations", "metadata.annotations")] },
    },
    {
      name: "istio-token",
      projected: {
        sources: [{ serviceAccountToken: { path: "istio-token", expirationSeconds: 43200, audience: "istio-ca" } }],
      },
    },
    { name: "istiod-ca-cert", configMap: { name: "istio-ca-root-cert" } },
    { name: "istio-ca-crl", configMap: { name: "istio-ca-crl", optional: true } },
  ];
}

export function mergedAnnotations(
  { metadata: { annotations = {} } }: Pod,
  containers: readonly ContainerSpec[],
  added: readonly string[],
  volumes: readonly JsonMap[],
): Annotations {
  const [first] = containers;
  const status = {
    initContainers: added,
    containers: null,
    volumes: volumes.map(({ name }) => name).slice(0, MOUNTS.length),
    imagePullSecrets: null,
    revision: "default",
  };
  return {
    "istio.io/rev": "default",
    ...(first === undefined
      ? {}
      : {
          "kubectl.kubernetes.io/default-container": first.name,
          "kubectl.kubernetes.io/default-logs-container": first.name,
        }),
    ...annotations,
    "sidecar.istio.io/status": JSON.stringify(status),
  };
}
