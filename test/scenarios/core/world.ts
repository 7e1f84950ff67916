/**
 * From the shorthand of a scenario to the objects of Kubernetes, as a cluster would list them: namespaces, pods that
 * run, their Services. They are plain objects, so that rules can read them and an API server can take them.
 */
import { stringify } from "yaml";

export type Proxy = "none" | "sidecar" | "native sidecar" | "gateway" | "ztunnel" | "predicted";

export interface PortShorthand {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number;
  readonly appProtocol?: string;
}

export interface WorkloadShorthand {
  /** What runs beside the application. `predicted`: a Deployment whose pods no server has made yet. */
  readonly proxy: Proxy;
  /** Label `app`, and the Service of that name takes the pod in. */
  readonly app: string;
  readonly ports: readonly PortShorthand[];
  readonly headless: boolean;
  readonly hostNetwork: boolean;
  /** Over those that the injector writes; `-` takes a label away. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface MeshShorthand {
  readonly rootNamespace?: string;
  /** Mesh-wide settings, as the ConfigMap `istio` has them. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Labels of namespaces that are not as their workloads tell. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By `namespace/name`. */
  readonly workloads: Readonly<Record<string, WorkloadShorthand>>;
}

/** What the text of a caller's pod tells of its calls: URLs by workload. */
export type Calls = ReadonlyMap<string, readonly { readonly url: string; readonly phase: "init" | "run" }[]>;

export const CREATED = "2026-01-01T00:00:00Z";

/** One YAML document per object. */
export function worldOf(mesh: MeshShorthand, calls: Calls): readonly string[] {
  const workloads = Object.entries(mesh.workloads).map(([id, shorthand], index): Named => {
    const [namespace = "", name = ""] = id.split("/");
    return { namespace, name, ip: `10.1.0.${index + 2}`, calls: calls.get(id) ?? [], shorthand };
  });
  return [
    ...namespaces(mesh, workloads),
    ...settings(mesh),
    ...workloads.map((each) => (each.shorthand.proxy === "predicted" ? deployment(each) : pod(each))),
    ...services(workloads),
  ].map((object) => stringify(object));
}

interface Named {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly calls: readonly { readonly url: string; readonly phase: "init" | "run" }[];
  readonly shorthand: WorkloadShorthand;
}

/** A namespace whose pods have sidecars is labelled so, and pods without one there opt out. */
function namespaces(mesh: MeshShorthand, workloads: readonly Named[]): readonly object[] {
  const names = new Set([
    "istio-system",
    ...workloads.map(({ namespace }) => namespace),
    ...Object.keys(mesh.namespaces),
  ]);
  return [...names].map((name) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      creationTimestamp: CREATED,
      labels: {
        "kubernetes.io/metadata.name": name,
        ...(mesh.namespaces[name] ?? labelsOfUse(workloads.filter(({ namespace }) => namespace === name))),
      },
    },
    status: { phase: "Active" },
  }));
}

function labelsOfUse(workloads: readonly Named[]): Readonly<Record<string, string>> {
  const has = (...proxies: readonly Proxy[]) => workloads.some(({ shorthand }) => proxies.includes(shorthand.proxy));
  if (has("sidecar", "native sidecar")) return { "istio-injection": "enabled" };
  return has("ztunnel") ? { "istio.io/dataplane-mode": "ambient" } : {};
}

function settings({ rootNamespace, config = {} }: MeshShorthand): readonly object[] {
  const mesh = { ...config, ...(rootNamespace === undefined ? {} : { rootNamespace }) };
  if (Object.keys(mesh).length === 0) return [];
  const metadata = { name: "istio", namespace: "istio-system", creationTimestamp: CREATED };
  return [{ apiVersion: "v1", kind: "ConfigMap", metadata, data: { mesh: stringify(mesh) } }];
}

const HASH = "5d4f8c7b9";

function pod(workload: Named): object {
  const { namespace, name, ip, shorthand } = workload;
  const containers = containersOf(workload);
  const running = [...containers.initContainers.filter(({ restartPolicy }) => restartPolicy), ...containers.containers];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${name}-${HASH}-x2k7p`,
      namespace,
      creationTimestamp: CREATED,
      labels: present({ "pod-template-hash": HASH, ...labelsOf(workload), ...shorthand.labels }),
      annotations: { ...annotationsOf(workload), ...shorthand.annotations },
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: `${name}-${HASH}`, controller: true }],
    },
    spec: { serviceAccountName: name, ...(shorthand.hostNetwork ? { hostNetwork: true } : {}), ...containers },
    status: {
      phase: "Running",
      podIP: ip,
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: running.map(({ name: container }) => ({ name: container, ready: true })),
    },
  };
}

function deployment({ namespace, name, shorthand, calls }: Named): object {
  const { app, labels, annotations, hostNetwork } = shorthand;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app } },
      template: {
        metadata: { labels: { app, ...labels }, annotations },
        spec: { ...(hostNetwork ? { hostNetwork } : {}), containers: [application(shorthand, calls)] },
      },
    },
  };
}

interface ContainerOf {
  readonly name: string;
  readonly image: string;
  readonly restartPolicy?: "Always";
  readonly args?: readonly string[];
  readonly env?: readonly object[];
  readonly ports?: readonly object[];
}

/** Istio: manifests/charts/istio-control/istio-discovery/files/injection-template.yaml. */
function containersOf({ shorthand, calls }: Named): {
  readonly initContainers: readonly ContainerOf[];
  readonly containers: readonly ContainerOf[];
} {
  const image = "docker.io/istio/proxyv2:1.31.0";
  const args = [
    "proxy",
    shorthand.proxy === "gateway" ? "router" : "sidecar",
    "--domain",
    "$(POD_NAMESPACE).svc.cluster.local",
  ];
  const ports = [{ name: "http-envoy-prom", containerPort: 15090, protocol: "TCP" }];
  const proxy = { name: "istio-proxy", image, args, ports };
  const own = application(
    shorthand,
    calls.filter(({ phase }) => phase === "run"),
  );
  const early = calls.filter(({ phase }) => phase === "init");
  const starting = early.length === 0 ? [] : [{ name: "prepare", image: "example/prepare:1", env: variables(early) }];
  const redirection = {
    name: "istio-init",
    image,
    args: ["istio-iptables", "-p", "15001", "-z", "15006", "-u", "1337"],
  };
  switch (shorthand.proxy) {
    case "sidecar":
      return { initContainers: [redirection, ...starting], containers: [own, proxy] };
    case "native sidecar": {
      const native = { ...proxy, restartPolicy: "Always" as const };
      return { initContainers: [redirection, native, ...starting], containers: [own] };
    }
    case "gateway":
      return { initContainers: [], containers: [proxy] };
    default:
      return { initContainers: starting, containers: [own] };
  }
}

function application({ app, ports }: WorkloadShorthand, calls: Named["calls"]): ContainerOf {
  return {
    name: "app",
    image: `example/${app}:1`,
    env: variables(calls),
    ports: ports.map(({ name, targetPort }) => ({ name, containerPort: targetPort, protocol: "TCP" })),
  };
}

function variables(calls: Named["calls"]): readonly object[] {
  return calls.map(({ url }, index) => ({ name: `CALLS_${index + 1}`, value: url }));
}

/** Istio: pkg/kube/inject/webhook.go. Gateways get no label that makes clients speak mutual TLS. */
function labelsOf({ shorthand: { app, proxy } }: Named): Readonly<Record<string, string>> {
  switch (proxy) {
    case "sidecar":
    case "native sidecar":
      return { app, "security.istio.io/tlsMode": "istio", "service.istio.io/canonical-name": app };
    case "gateway":
      return { app, "istio.io/dataplane-mode": "none" };
    default:
      return { app };
  }
}

function annotationsOf({ shorthand: { proxy } }: Named): Readonly<Record<string, string>> {
  const status = JSON.stringify({ initContainers: ["istio-init"], containers: ["istio-proxy"], revision: "default" });
  switch (proxy) {
    case "sidecar":
    case "native sidecar":
      return { "istio.io/rev": "default", "sidecar.istio.io/status": status };
    case "gateway":
      return { "inject.istio.io/templates": "gateway", "istio.io/rev": "default" };
    case "ztunnel":
      return { "ambient.istio.io/redirection": "enabled" };
    default:
      return {};
  }
}

function present(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== "-"));
}

/** One Service per label `app` of a namespace, where its pods have ports. */
function services(workloads: readonly Named[]): readonly object[] {
  const serving = workloads.filter(({ shorthand }) => shorthand.ports.length > 0);
  const groups = Map.groupBy(serving, ({ namespace, shorthand }) => `${namespace}/${shorthand.app}`);
  return [...groups.values()].flatMap(([first], index) => {
    if (first === undefined) return [];
    const { namespace, shorthand } = first;
    return [
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: shorthand.app, namespace, creationTimestamp: CREATED },
        spec: {
          type: "ClusterIP",
          clusterIP: shorthand.headless ? "None" : `10.96.0.${index + 10}`,
          selector: { app: shorthand.app },
          ports: shorthand.ports.map((port) => ({ ...port, protocol: "TCP" })),
        },
      },
    ];
  });
}
