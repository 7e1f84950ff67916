/**
 * A mesh on sockets, without kubelet and controllers: objects are in the store as they are given, pods that hold istio-proxy
 * run one, labels right or wrong; the control plane configures them, and kube-proxy leads to the endpoints that slices list,
 * written from selectors where none are given.
 */
import type { KubernetesObject } from "../../../../src/embedded/api/object.ts";
import type { Service } from "../../../../src/embedded/api/shapes.ts";
import { endpoints } from "../../../../src/embedded/controllers/services/endpoints.ts";
import { kubeProxy } from "../../../../src/embedded/controllers/services/kube-proxy.ts";
import { startControlPlane } from "../../../../src/embedded/controlplane/push.ts";
import { startProxy } from "../../../../src/embedded/dataplane/start.ts";
import { resolveName } from "../../../../src/embedded/kubelet/dns.ts";
import { capturesOf } from "../../../../src/embedded/kubelet/pod/captures.ts";
import type { Pod as KubeletPod } from "../../../../src/embedded/kubelet/pod/spec.ts";
import { createNetwork } from "../../../../src/embedded/network/virtual.ts";
import { identityOf } from "../../dataplane/pods.ts";
import { application } from "./application.ts";
import { type HeldProxy, heldProxy } from "./held-proxy.ts";
import { stored } from "./stored.ts";
import { type Taps, tap } from "./taps.ts";

export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly ip: string;
  readonly proxy: "sidecar" | "gateway" | "none";
  /** The proxy runs before init containers do. */
  readonly native?: boolean;
  /** Where there is a proxy: it, and its access log. */
  readonly held?: HeldProxy;
  readonly log: readonly string[];
}

export interface World {
  readonly taps: Taps;
  /** By `namespace/name`. */
  readonly pods: ReadonlyMap<string, Pod>;
  resolve(host: string, namespace: string): readonly string[];
  /** An application listens there, also where no container says so. */
  serve(endpoint: string): Promise<void>;
  /** kube-proxy knows the endpoints as they are, or where one is wanted that one alone. */
  route(host: string | undefined, port: number, endpoint?: string): void;
  close(): Promise<void>;
}

export async function startWorld(objects: readonly KubernetesObject[]): Promise<World> {
  const { resources, kinds } = stored(objects);
  const taps = tap(createNetwork());
  const { network } = taps;
  const failures: Error[] = [];
  const failed = (error: Error) => failures.push(error);
  const controlPlane = startControlPlane({ resources, kinds, identity: identityOf, failed });
  const cluster = { resources, kinds, events: { record: () => undefined }, failed } as unknown as Parameters<
    typeof kubeProxy
  >[0];
  const routes = kubeProxy(cluster, network);
  if (!objects.some(({ kind }) => kind === "EndpointSlice")) {
    for (const service of listOf("Service")) endpoints(cluster).reconcile(service);
  }
  for (const service of listOf("Service")) routes.reconcile(service);
  const pods = await Promise.all(listOf("Pod").map((object) => place(object as KubeletPod)));
  const serving = new Set<string>();
  const accept = await application();
  await Promise.all(listOf("Pod").flatMap((pod) => declared(pod as KubeletPod).map(serve)));

  function listOf(name: string): readonly KubernetesObject[] {
    const kind = kinds.byKind("", name);
    return kind === undefined ? [] : resources.list(kind);
  }

  async function place(object: KubeletPod): Promise<Pod> {
    const { name, namespace = "" } = object.metadata;
    const ip = (object.status as { readonly podIP?: string } | undefined)?.podIP ?? "";
    const proxy = proxyOf(object);
    const log: string[] = [];
    network.assign(ip);
    if (proxy === "none") return { name, namespace, ip, proxy, log };
    const captures = capturesOf(object);
    const running = await startProxy(network, {
      ip,
      capturesInbound: (port) => proxy === "sidecar" && captures.inbound(port),
      capturesOutbound: (to, port) => proxy === "sidecar" && captures.outbound(to, port),
      log: (line) => log.push(line),
    });
    const held = heldProxy(running);
    controlPlane.attach({ namespace, name }, held.proxy);
    await Promise.race([running.configured, tooLate(`${namespace}/${name} is not configured`)]);
    return { name, namespace, ip, proxy, native: isNative(object), held, log };
  }

  async function serve(endpoint: string) {
    const [ip = "", port = ""] = endpoint.split(":");
    if (serving.has(endpoint)) return;
    serving.add(endpoint);
    await network.listen({ ip, port: Number(port) }, accept);
  }

  return {
    taps,
    pods: new Map(pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod])),
    resolve: (host, namespace) => resolveName(cluster, host, namespace),
    serve,
    route(host, port, endpoint) {
      const service = listOf("Service").find(
        ({ metadata: { name, namespace } }) => host === `${name}.${namespace}.svc.cluster.local`,
      ) as Service | undefined;
      if (service === undefined) return;
      routes.reconcile(service);
      const [ip = "", at = ""] = endpoint?.split(":") ?? [];
      const { clusterIP = "None" } = service.spec;
      if (endpoint !== undefined && clusterIP !== "None") {
        network.route({ ip: clusterIP, port }, [{ ip, port: Number(at) }]);
      }
    },
    async close() {
      controlPlane.close();
      await Promise.all(pods.map(({ held }) => held?.proxy.close()));
      await network.close();
      resources.close();
      if (failures[0] !== undefined) throw failures[0];
    },
  };
}

/** What containers say that they listen on, at the address of their pod. */
function declared({ spec, status }: KubeletPod): readonly string[] {
  const { podIP = "" } = (status ?? {}) as { readonly podIP?: string };
  const applications = spec.containers.filter(({ name }) => name !== "istio-proxy");
  const ports = applications.flatMap((container) => container.ports ?? []);
  return ports.map(({ containerPort }) => `${podIP}:${containerPort}`);
}

function proxyOf(pod: KubeletPod): Pod["proxy"] {
  const own = pod.spec.containers.find(({ name }) => name === "istio-proxy");
  if (own?.args?.includes("router")) return "gateway";
  return own !== undefined || isNative(pod) ? "sidecar" : "none";
}

function isNative({ spec: { initContainers = [] } }: KubeletPod): boolean {
  return initContainers.some(({ name, restartPolicy }) => name === "istio-proxy" && restartPolicy === "Always");
}

function tooLate(message: string): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error(message)), 5_000).unref());
}
