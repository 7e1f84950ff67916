/**
 * What the injector makes of a pod: labels, annotations, `istio-init`, the proxy as a native sidecar, volumes, rewritten probes.
 * Istio: manifests/charts/istio-control/istio-discovery/files/injection-template.yaml, pkg/kube/inject/webhook.go reorderPod.
 */
import type { JsonMap } from "../../api/object.ts";
import type { ContainerSpec, Pod } from "../../api/shapes.ts";
import { ownerName } from "./owner.ts";
import { probersOf, withProbesRewritten } from "./probes.ts";
import { mergedAnnotations, proxyContainer, proxyImage, proxyVolumes, STATUS_PORT } from "./proxy-container.ts";

export function withSidecar(pod: Pod): Pod {
  const annotations = { ...pod.metadata.annotations };
  const containers = pod.spec.containers.filter(({ name }) => name !== "istio-proxy");
  const rewrites = annotations["sidecar.istio.io/rewriteAppHTTPProbers"] !== "false";
  const probers = rewrites ? probersOf(containers) : {};
  const template = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(
    ({ name }) => name === "istio-proxy",
  );
  const proxy = { ...proxyContainer(pod, "sidecar", probers), ...overridden(template), restartPolicy: "Always" };
  const isNone = annotations["sidecar.istio.io/interceptionMode"] === "NONE";
  const rest = (pod.spec.initContainers ?? []).filter(({ name }) => name !== "istio-proxy");
  const initContainers = [...(isNone ? [] : [redirection(annotations)]), proxy, ...rest];
  const volumes = [...proxyVolumes(), ...(((pod.spec as JsonMap).volumes as readonly JsonMap[] | undefined) ?? [])];
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: { ...pod.metadata.labels, ...labelsFor(pod) },
      annotations: mergedAnnotations(
        pod,
        containers,
        initContainers.map(({ name }) => name).slice(0, isNone ? 1 : 2),
        volumes,
      ),
    },
    spec: {
      ...pod.spec,
      initContainers,
      containers: rewrites ? containers.map((each) => withProbesRewritten(each, STATUS_PORT)) : containers,
      ...{ volumes },
    },
  };
}

/** Labels that the pod has already stay. */
function labelsFor(pod: Pod): Readonly<Record<string, string>> {
  const { labels = {} } = pod.metadata;
  const first = (...names: readonly string[]) => names.map((name) => labels[name]).find((value) => value !== undefined);
  return {
    "security.istio.io/tlsMode": labels["security.istio.io/tlsMode"] ?? "istio",
    "service.istio.io/canonical-name":
      first("service.istio.io/canonical-name", "app.kubernetes.io/name", "app") ?? ownerName(pod),
    "service.istio.io/canonical-revision":
      first("service.istio.io/canonical-revision", "app.kubernetes.io/version", "version") ?? "latest",
  };
}

/** What the pod itself says of its proxy container wins, but for the image `auto`. */
function overridden(container: ContainerSpec | undefined): object {
  if (container === undefined) return {};
  const { image, ...rest } = container;
  return image === "auto" || image === undefined ? rest : { ...rest, image };
}

/** The container that redirects the pod's traffic to the proxy. */
function redirection(annotations: Readonly<Record<string, string>>): ContainerSpec {
  const traffic = (name: string, otherwise: string) => annotations[`traffic.sidecar.istio.io/${name}`] ?? otherwise;
  const excluded = traffic("excludeInboundPorts", "");
  const outbound = ["includeOutboundPorts", "excludeOutboundPorts"].flatMap((name) => {
    const value = annotations[`traffic.sidecar.istio.io/${name}`];
    return value === undefined ? [] : [name === "includeOutboundPorts" ? "-q" : "-o", value];
  });
  return {
    name: "istio-init",
    image: proxyImage(annotations),
    args: [
      "istio-iptables",
      ...["-p", "15001", "-z", "15006", "-u", "1337"],
      ...["-m", annotations["sidecar.istio.io/interceptionMode"] ?? "REDIRECT"],
      ...["-i", traffic("includeOutboundIPRanges", "*"), "-x", traffic("excludeOutboundIPRanges", "")],
      ...["-b", traffic("includeInboundPorts", "*")],
      ...["-d", ["15090", "15021", "15020", ...(excluded === "" ? [] : [excluded])].join(",")],
      ...outbound,
      "--log_output_level=default:info",
    ],
    ...{
      resources: { limits: { cpu: "2", memory: "1Gi" }, requests: { cpu: "10m", memory: "40Mi" } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { add: ["NET_ADMIN", "NET_RAW"], drop: ["ALL"] },
        privileged: false,
        readOnlyRootFilesystem: false,
        runAsGroup: 0,
        runAsNonRoot: false,
        runAsUser: 0,
      },
    },
  };
}
