/** The node: runs the pods that are bound to it, and answers for them. */
import type { Socket } from "node:net";
import { ApiError } from "../api/status.ts";
import { runCommand } from "../apps/commands/run.ts";
import type { Command, PodNetwork } from "../apps/process.ts";
import { isEnding, keyOf, kindOf, writeStatus } from "../controllers/cluster.ts";
import { NODE } from "../installation/cluster.ts";
import { Addresses } from "./addresses.ts";
import type { Container, Surroundings } from "./container/container.ts";
import { watchHealth } from "./container/probes.ts";
import type { Kubelet, LogOptions, PodRef } from "./kubelet.ts";
import type { Container as ContainerSpec, Pod } from "./pod/spec.ts";
import { PodWorker } from "./pod/worker.ts";
import { type StarterOptions, startContainer } from "./starter.ts";

export interface NodeOptions extends StarterOptions {
  /** Milliseconds between the starts of a container that fails, and between looks for what a container lacks. */
  readonly backoff?: Surroundings["backoff"];
}

export interface RunningKubelet extends Kubelet {
  close(): Promise<void>;
}

const BACKOFF = { first: 10_000, most: 300_000, retry: 200 };

export function startKubelet(options: NodeOptions): RunningKubelet {
  const node = new NodeAgent(options);
  return {
    logs: (pod, container, how, signal) => node.logs(pod, container, how, signal),
    exec: (pod, container, command) => node.exec(pod, container, command),
    portForward: (pod, port) => node.portForward(pod, port),
    dial: (pod, port) => node.dial(pod, port),
    close: () => node.close(),
  };
}

interface Running {
  readonly worker: PodWorker;
  readonly ip: string;
  leaving: boolean;
}

class NodeAgent implements RunningKubelet {
  readonly #options: NodeOptions;
  readonly #addresses = new Addresses();
  /** By uid: a new pod of the same name starts while the old one ends. */
  readonly #running = new Map<string, Running>();
  readonly #ending = new Set<Promise<void>>();
  readonly #unwatch: () => void;
  readonly #kind;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#kind = kindOf(options.cluster, "", "Pod");
    const { resources } = options.cluster;
    options.network.assign(NODE.ip);
    for (const pod of resources.list(this.#kind)) this.#seen(pod as Pod);
    this.#unwatch = resources.watch(this.#kind, (event) => {
      if (event.type === "DELETED") this.#gone(event.object as Pod);
      else if (event.type !== "BOOKMARK") this.#seen(event.object as Pod);
    });
  }

  async *logs(pod: PodRef, name: string, how: LogOptions, signal: AbortSignal): AsyncGenerator<string> {
    const container = this.#container(pod, name);
    if (how.previous && container.previousLog === undefined) {
      throw badRequest(`previous terminated container "${name}" in pod "${pod.name}" not found`);
    }
    const { state, id } = container.view();
    if (state.type === "waiting" && id === undefined) {
      throw badRequest(`container "${name}" in pod "${pod.name}" is waiting to start: ${state.reason}`);
    }
    yield* (how.previous ? (container.previousLog ?? container.log) : container.log).read(how, signal);
  }

  async exec(pod: PodRef, name: string, command: Command): Promise<number> {
    const { context } = this.#container(pod, name);
    if (context === undefined)
      throw new ApiError(500, "InternalError", `unable to upgrade connection: container not found ("${name}")`);
    return runCommand(context, command);
  }

  portForward(pod: PodRef, port: number): Socket {
    const { ip } = this.#find(pod);
    return this.#options.network.dial(ip, { ip: "127.0.0.1", port });
  }

  dial(pod: PodRef, port: number): Socket {
    const { ip } = this.#find(pod);
    return this.#options.network.dial(NODE.ip, { ip, port });
  }

  async close(): Promise<void> {
    this.#unwatch();
    for (const running of this.#running.values()) this.#end(running, "now");
    await Promise.all(this.#ending);
  }

  #seen(pod: Pod): void {
    if (pod.spec.nodeName !== NODE.name) return;
    const running = this.#running.get(pod.metadata.uid);
    if (running === undefined && isEnding(pod)) this.#remove(pod);
    else if (running === undefined) this.#start(pod);
    else if (isEnding(pod) && !running.leaving) this.#end(running, "gracefully", () => this.#remove(pod));
  }

  #gone(pod: Pod): void {
    const running = this.#running.get(pod.metadata.uid);
    if (running !== undefined && !running.leaving) this.#end(running, "now");
  }

  #start(pod: Pod): void {
    const { cluster, network } = this.#options;
    if (pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed") return;
    const ip = this.#addresses.take(pod.status?.podIP);
    network.assign(ip);
    const current = () => {
      const found = cluster.resources.find(this.#kind, keyOf(pod));
      return found?.metadata.uid === pod.metadata.uid ? (found as Pod) : undefined;
    };
    const worker = new PodWorker(pod, {
      ip,
      nodeIp: NODE.ip,
      around: (changed) => this.#around(pod, ip, changed),
      current,
      report: (status) => {
        const now = current();
        if (now !== undefined && !isEnding(now)) writeStatus(cluster, this.#kind, now, status);
      },
    });
    this.#running.set(pod.metadata.uid, { worker, ip, leaving: false });
    worker.start();
  }

  #around(pod: Pod, ip: string, changed: () => void): Surroundings {
    const { cluster } = this.#options;
    const { namespace, name, uid } = pod.metadata;
    return {
      start: (spec, log) => startContainer(this.#options, pod, { ip, nodeIp: NODE.ip }, spec, log),
      watch: (spec, context, container, signal) => {
        const health = {
          started: () => container.setStarted(),
          ready: (is: boolean) => container.setReady(is),
          unhealthy: (message: string) => event("Warning", "Unhealthy", message, spec),
          dead: (probe: "startup" | "liveness") => {
            event("Normal", "Killing", `Container ${spec.name} failed ${probe} probe, will be restarted`, spec);
            container.kill();
          },
        };
        return watchHealth({ container: spec, context, node: this.#asSeenFromNode() }, health, signal).catch((error) =>
          cluster.failed(error),
        );
      },
      event,
      changed,
      pod: `${name}_${namespace}(${uid})`,
      backoff: this.#options.backoff ?? BACKOFF,
    };
    function event(type: "Normal" | "Warning", reason: string, message: string, spec: ContainerSpec): void {
      const fieldPath = `spec.${pod.spec.initContainers?.includes(spec) ? "initContainers" : "containers"}{${spec.name}}`;
      cluster.events.record(kindOf(cluster, "", "Pod"), pod, {
        type,
        reason,
        message,
        component: "kubelet",
        host: NODE.name,
        fieldPath,
      });
    }
  }

  #asSeenFromNode(): PodNetwork {
    const { network } = this.#options;
    return {
      ip: NODE.ip,
      hostname: NODE.name,
      namespace: "default",
      resolve: () => [],
      dial: (ip, port) => network.dial(NODE.ip, { ip, port }),
      listen: () => Promise.reject(new Error("nothing listens on the node")),
    };
  }

  #end(running: Running, how: "gracefully" | "now", then: () => void = () => {}): void {
    running.leaving = true;
    const { worker, ip } = running;
    const ending = worker.stop(how).then(() => {
      this.#options.network.release(ip);
      this.#addresses.release(ip);
      this.#running.delete(worker.pod.metadata.uid);
      then();
    });
    const settled = ending
      .catch((error) => this.#options.cluster.failed(error))
      .finally(() => this.#ending.delete(settled));
    this.#ending.add(settled);
  }

  /** The last word about a pod that was deleted. */
  #remove(pod: Pod): void {
    try {
      this.#options.cluster.resources.delete(this.#kind, keyOf(pod), {
        gracePeriodSeconds: 0,
        preconditions: { uid: pod.metadata.uid },
      });
    } catch (error) {
      if (!(error instanceof ApiError && (error.reason === "NotFound" || error.reason === "Conflict"))) throw error;
    }
  }

  #find({ namespace, name }: PodRef): Running {
    const all = [...this.#running.values()].filter(
      ({ worker: { pod } }) => pod.metadata.name === name && pod.metadata.namespace === namespace,
    );
    const found = all.find(({ leaving }) => !leaving) ?? all[0];
    if (found === undefined) throw new ApiError(404, "NotFound", `pods "${name}" not found`, { name, kind: "pods" });
    return found;
  }

  #container(pod: PodRef, name: string): Container {
    const container = this.#find(pod).worker.container(name);
    if (container === undefined) throw badRequest(`container ${name} is not valid for pod ${pod.name}`);
    return container;
  }
}

function badRequest(message: string): ApiError {
  return new ApiError(400, "BadRequest", message);
}
