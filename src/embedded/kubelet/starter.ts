/** How a container of a pod is started: its environment, files, network and program; for `istio-proxy`, its proxy. */

import { selectorMatches } from "../api/selector.ts";
import type { Service } from "../api/shapes.ts";
import { isBuiltIn } from "../apps/commands/run.ts";
import { memoryFiles } from "../apps/files.ts";
import type { App, AppContext } from "../apps/process.ts";
import { commandOf, programName, startApp } from "../apps/start.ts";
import { type Cluster, kindOf, listed } from "../controllers/cluster.ts";
import type { ProxyOptions, Proxy as RunningProxy } from "../dataplane/proxy.ts";
import type { Network } from "../network/network.ts";
import type { Started } from "./container/container.ts";
import type { ContainerLog } from "./container/log.ts";
import { resolveName } from "./dns.ts";
import type { PodRef } from "./kubelet.ts";
import { capturesOf } from "./pod/captures.ts";
import { environmentOf, expanded, serviceVariables } from "./pod/environment.ts";
import { type ContainerNetwork, containerNetwork, type PodAddress } from "./pod/network.ts";
import { type PodPlace, referencesOf } from "./pod/references.ts";
import { type Container, isSidecar, type Pod } from "./pod/spec.ts";
import { volumeFiles } from "./pod/volumes.ts";

export interface StarterOptions {
  readonly cluster: Cluster;
  readonly network: Network;
  /** Starts the proxy of a pod and has it configured; `close` ends both. */
  startProxy(pod: PodRef, options: ProxyOptions): Promise<RunningProxy>;
}

export async function startContainer(
  options: StarterOptions,
  pod: Pod,
  place: PodPlace,
  spec: Container,
  log: ContainerLog,
): Promise<Started> {
  const { cluster } = options;
  const { namespace = "default", name } = pod.metadata;
  const references = referencesOf(cluster, pod, place);
  const env = environmentOf(spec, references, serviceVariables(cluster, namespace));
  const files = filesOf(pod, place, volumeFiles(pod, spec, references));
  const address: PodAddress = { ip: place.ip, hostname: pod.spec.hostname ?? name, namespace, hosts: hostsOf(pod) };
  const network = containerNetwork(options.network, address, (host) => resolveName(cluster, host, namespace));
  const proxy = isProxy(spec) ? await startProxy(options, pod, place, spec, log) : undefined;
  const context: AppContext = {
    container: {
      name: spec.name,
      image: spec.image,
      command: (spec.command ?? []).map((each) => expanded(each, env)),
      args: (spec.args ?? []).map((each) => expanded(each, env)),
      env,
      ports: (spec.ports ?? []).map((port) => ({ ...port, protocol: port.protocol ?? "TCP" })),
    },
    network,
    files,
    ...(proxy === undefined ? {} : { proxy }),
    log: (line) => log.write(line),
  };
  const app = await appOf(pod, spec, context, network);
  const stopServing = serveTargets(cluster, pod, spec, app);
  const close = async () => {
    stopServing();
    await Promise.all([network.close(), proxy?.close()]);
  };
  return { context, app, close };
}

async function appOf(pod: Pod, spec: Container, context: AppContext, network: ContainerNetwork): Promise<App> {
  if (isDoneAtOnce(pod, spec, context)) return ended(0);
  try {
    return await startApp(context);
  } catch (error) {
    context.log(error instanceof Error ? error.message : String(error));
    await network.close();
    return ended(1);
  }
}

/** Where no container of the pod declares a port, its first one listens where Services send to, also later ones. */
function serveTargets(cluster: Cluster, pod: Pod, spec: Container, app: App): () => void {
  const own = pod.spec.containers.filter((container) => !isProxy(container));
  if (app.serve === undefined || own[0]?.name !== spec.name || own.some(({ ports = [] }) => ports.length > 0))
    return () => {};
  const kind = kindOf(cluster, "", "Service");
  const served = new Set<number>();
  const serve = ({ metadata, spec: { selector, ports = [] } }: Service) => {
    if (metadata.namespace !== pod.metadata.namespace || selector === undefined) return;
    if (!selectorMatches({ matchLabels: selector }, pod.metadata.labels)) return;
    for (const { port, targetPort = port } of ports) {
      if (typeof targetPort !== "number" || served.has(targetPort)) continue;
      served.add(targetPort);
      app.serve?.(targetPort).catch(cluster.failed);
    }
  };
  for (const service of listed<Service>(cluster, kind, pod.metadata.namespace)) serve(service);
  return cluster.resources.watch(kind, (event) => {
    if (event.type === "ADDED" || event.type === "MODIFIED") serve(event.object as Service);
  });
}

/** An init container whose program is not built in has nothing to do here: `istio-init`, migrations of databases. */
function isDoneAtOnce(pod: Pod, spec: Container, context: AppContext): boolean {
  const isInit = pod.spec.initContainers?.some(({ name }) => name === spec.name) === true && !isSidecar(spec);
  return isInit && !isBuiltIn(context, commandOf(context.container));
}

function ended(code: number): App {
  return { ended: Promise.resolve(code), stop: async () => {} };
}

function isProxy({ name, image, args = [] }: Container): boolean {
  return name === "istio-proxy" || (programName(image) === "proxyv2" && args[0] === "proxy");
}

function startProxy(
  options: StarterOptions,
  pod: Pod,
  { ip }: PodPlace,
  { args = [] }: Container,
  log: ContainerLog,
): Promise<RunningProxy> {
  const { namespace = "default", name } = pod.metadata;
  const captures = args.includes("router") ? undefined : capturesOf(pod);
  return options.startProxy(
    { namespace, name },
    {
      ip,
      capturesInbound: (port) => captures?.inbound(port) ?? false,
      capturesOutbound: (to, port) => captures?.outbound(to, port) ?? false,
      log: (line) => log.write(line),
    },
  );
}

function hostsOf({ spec: { hostAliases = [] } }: Pod): ReadonlyMap<string, string> {
  return new Map(hostAliases.flatMap(({ ip, hostnames = [] }) => hostnames.map((host) => [host, ip] as const)));
}

function filesOf(pod: Pod, { ip }: PodPlace, volumes: Readonly<Record<string, Buffer>>): AppContext["files"] {
  const { namespace = "default", name } = pod.metadata;
  const hostname = pod.spec.hostname ?? name;
  const aliases = (pod.spec.hostAliases ?? []).map((alias) => `${alias.ip}\t${(alias.hostnames ?? []).join("\t")}\n`);
  const files = memoryFiles({
    "/etc/hostname": `${hostname}\n`,
    "/etc/hosts": `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n${ip}\t${hostname}\n${aliases.join("")}`,
    "/etc/resolv.conf": `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n`,
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "/var/run/secrets/kubernetes.io/serviceaccount/namespace": namespace,
  });
  for (const [path, content] of Object.entries(volumes)) files.write(path, content);
  return files;
}
