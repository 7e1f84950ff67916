/** A node over real parts: store, API, network; proxies are stand-ins that only say what they were asked. */
import { BUILT_IN } from "../../../src/embedded/api/kinds/built-in.ts";
import { createKinds } from "../../../src/embedded/api/kinds/registry.ts";
import type { JsonMap, KubernetesObject } from "../../../src/embedded/api/object.ts";
import { createResources } from "../../../src/embedded/api/requests/requests.ts";
import { createStore } from "../../../src/embedded/api/store/memory.ts";
import type { Cluster } from "../../../src/embedded/controllers/cluster.ts";
import { eventRecorder } from "../../../src/embedded/controllers/events.ts";
import type { ProxyOptions } from "../../../src/embedded/dataplane/proxy.ts";
import { NODE } from "../../../src/embedded/installation/cluster.ts";
import type { PodRef } from "../../../src/embedded/kubelet/kubelet.ts";
import { type RunningKubelet, startKubelet } from "../../../src/embedded/kubelet/node.ts";
import type { Network } from "../../../src/embedded/network/network.ts";
import { createNetwork } from "../../../src/embedded/network/virtual.ts";

export interface TestNode {
  readonly cluster: Cluster;
  readonly network: Network;
  readonly kubelet: RunningKubelet;
  readonly proxies: Map<string, ProxyOptions>;
  readonly failures: Error[];
  create(object: JsonMap): KubernetesObject;
  /** A pod on the node, by the name and what of its spec differs from one idle container `app`. */
  run(name: string, spec?: JsonMap, metadata?: JsonMap): KubernetesObject;
  pod(name: string): Pod | undefined;
  remove(name: string): void;
  /** Until the condition holds of the pod, at most 5 s. */
  until(name: string, holds: (pod: Pod | undefined) => boolean): Promise<Pod>;
  events(name: string): readonly string[];
  logs(name: string, container?: string): Promise<string>;
  exec(name: string, argv: readonly string[], container?: string): Promise<{ code: number; out: string; err: string }>;
  close(): Promise<void>;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: {
    readonly waiting?: { readonly reason: string };
    readonly running?: object;
    readonly terminated?: { readonly exitCode: number; readonly reason: string };
  };
  readonly lastState: { readonly terminated?: { readonly exitCode: number } };
}
export type Pod = KubernetesObject & {
  readonly status: {
    readonly phase: string;
    readonly podIP: string;
    readonly conditions: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
    readonly containerStatuses: readonly ContainerStatus[];
    readonly initContainerStatuses: readonly ContainerStatus[];
  };
};

const NAMESPACE = "shop";

export function startNode(): TestNode {
  const kinds = createKinds(BUILT_IN);
  const resources = createResources({ store: createStore(), kinds });
  const failures: Error[] = [];
  const cluster: Cluster = {
    resources,
    kinds,
    events: eventRecorder(resources, kinds),
    failed: (error) => failures.push(error),
  };
  const network = createNetwork({ node: NODE.ip });
  const proxies = new Map<string, ProxyOptions>();
  const startProxy = async ({ name }: PodRef, options: ProxyOptions) => {
    proxies.set(name, options);
    return {
      configured: Promise.resolve(),
      configure: () => {},
      prometheus: () => "istio_requests_total 7\n",
      stats: () => "tls_inspector.tls_found: 7\nserver.live: 1\n",
      close: async () => void proxies.delete(name),
    };
  };
  const kubelet = startKubelet({ cluster, network, startProxy, backoff: { first: 60, most: 120, retry: 30 } });
  const kind = (name: string) => {
    const found = kinds.byKind("", name);
    if (found === undefined) throw new Error(name);
    return found;
  };
  const create = (object: JsonMap) => {
    const metadata = object.metadata as { namespace?: string };
    const of = kind(String(object.kind));
    return resources.create(of, of.namespaced ? (metadata.namespace ?? NAMESPACE) : undefined, object);
  };
  const pod = (name: string) => resources.find(kind("Pod"), { namespace: NAMESPACE, name }) as Pod | undefined;
  create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kube-root-ca.crt" }, data: { "ca.crt": "ROOT" } });
  return {
    cluster,
    network,
    kubelet,
    proxies,
    failures,
    create,
    pod,
    run: (name, spec = {}, metadata = {}) =>
      create({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, ...metadata },
        spec: { nodeName: NODE.name, containers: [{ name: "app", image: "busybox" }], ...spec },
      }),
    remove: (name) => void resources.delete(kind("Pod"), { namespace: NAMESPACE, name }),
    until: async (name, holds) => {
      for (const end = Date.now() + 5000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 5))) {
        const found = pod(name);
        if (holds(found)) return found as Pod;
      }
      throw new Error(`${name} is still ${JSON.stringify(pod(name)?.status, undefined, 1)}`);
    },
    events: (name) =>
      resources
        .list(kind("Event"), NAMESPACE)
        .filter(({ involvedObject }) => (involvedObject as { name: string }).name === name)
        .map(({ reason, message }) => `${reason}: ${message}`),
    logs: async (name, container = "app") => {
      let text = "";
      for await (const line of kubelet.logs(
        { namespace: NAMESPACE, name },
        container,
        { follow: false, timestamps: false, previous: false },
        new AbortController().signal,
      ))
        text += line;
      return text;
    },
    exec: async (name, argv, container = "app") => {
      const written = { out: "", err: "" };
      const stdin = (async function* (): AsyncGenerator<Buffer> {})();
      const code = await kubelet.exec({ namespace: NAMESPACE, name }, container, {
        argv,
        stdin,
        stdout: (chunk) => {
          written.out += chunk;
        },
        stderr: (chunk) => {
          written.err += chunk;
        },
        signal: new AbortController().signal,
      });
      return { code, ...written };
    },
    close: async () => {
      await kubelet.close();
      await network.close();
      resources.close();
    },
  };
}

export const isReady = (pod: Pod | undefined): boolean =>
  pod?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
