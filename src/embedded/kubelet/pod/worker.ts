/** One pod, from its binding to the node until it is gone: init containers in order, sidecars, containers, and their status. */
import { setTimeout as delay } from "node:timers/promises";
import { Container, type Surroundings } from "../container/container.ts";
import { isSidecar, type Pod } from "./spec.ts";
import { podStatus } from "./status.ts";

export interface WorkerOptions {
  readonly ip: string;
  readonly nodeIp: string;
  /** What containers need of the pod. */
  around(changed: () => void): Surroundings;
  /** Stores a status. */
  report(status: Pod["status"]): void;
  /** The pod as it is stored now. */
  current(): Pod | undefined;
}

/** How long a pod is seen to be created: as long as the node takes to find its images. */
const CREATING_MS = 30;
/** How long a pod is seen to end: its programs end at once. */
const ENDING_MS = 100;

export class PodWorker {
  readonly pod: Pod;
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly #options: WorkerOptions;
  readonly #startedAt = Date.now();
  readonly #stop = new AbortController();
  readonly #sidecars: Promise<number>[] = [];
  readonly #onChange = new Set<() => void>();
  #ended: "Succeeded" | "Failed" | undefined;
  #reporting: NodeJS.Immediate | undefined;
  #work: Promise<void> | undefined;

  constructor(pod: Pod, options: WorkerOptions) {
    this.pod = pod;
    this.#options = options;
    const around = options.around(() => this.#changed());
    this.initContainers = (pod.spec.initContainers ?? []).map((spec) => new Container(spec, around));
    this.containers = pod.spec.containers.map((spec) => new Container(spec, around));
    if (this.initContainers.length > 0)
      for (const container of [...this.initContainers.slice(1), ...this.containers]) container.wait("PodInitializing");
  }

  container(name: string): Container | undefined {
    return [...this.initContainers, ...this.containers].find(({ spec }) => spec.name === name);
  }

  start(): void {
    this.#changed();
    this.#work = this.#run();
  }

  /** Ends its programs; the pod itself stays in the API. */
  async stop(how: "gracefully" | "now"): Promise<void> {
    this.#stop.abort();
    if (how === "gracefully") await delay(ENDING_MS);
    await Promise.all(this.containers.map((container) => container.stop()));
    await Promise.all(this.initContainers.map((container) => container.stop()));
    await this.#work;
    clearImmediate(this.#reporting);
    this.#reporting = undefined;
  }

  async #run(): Promise<void> {
    await delay(CREATING_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    if (!(await this.#initialize()) || this.#stop.signal.aborted) return;
    const codes = await Promise.all(this.containers.map((container) => container.run(this.#policy())));
    if (this.#stop.signal.aborted) return;
    await this.#finish(codes.every((code) => code === 0) ? "Succeeded" : "Failed");
  }

  #policy(): "Always" | "OnFailure" | "Never" {
    const { restartPolicy } = this.pod.spec;
    return restartPolicy === "Never" || restartPolicy === "OnFailure" ? restartPolicy : "Always";
  }

  async #initialize(): Promise<boolean> {
    for (const container of this.initContainers) {
      if (this.#stop.signal.aborted) return false;
      if (isSidecar(container.spec)) {
        this.#sidecars.push(container.run("Always"));
        await this.#untilStarted(container);
        continue;
      }
      const code = await container.run(this.#policy() === "Never" ? "Never" : "OnFailure");
      if (code !== 0 && !this.#stop.signal.aborted) await this.#finish("Failed");
      if (code !== 0) return false;
    }
    return true;
  }

  #untilStarted(container: Container): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!container.isStarted && !this.#stop.signal.aborted) return;
        this.#onChange.delete(look);
        resolve();
      };
      this.#onChange.add(look);
      this.#stop.signal.addEventListener("abort", look, { once: true });
      look();
    });
  }

  /** What a Job waits for: sidecars end after everything else. */
  async #finish(ended: "Succeeded" | "Failed"): Promise<void> {
    await Promise.all(this.initContainers.map((container) => container.stop()));
    await Promise.all(this.#sidecars);
    this.#ended = ended;
    this.#changed();
  }

  #changed(): void {
    for (const look of [...this.#onChange]) look();
    this.#reporting ??= setImmediate(() => {
      this.#reporting = undefined;
      this.#report();
    });
  }

  #report(): void {
    const { current, report, ip, nodeIp } = this.#options;
    const pod = current();
    if (pod === undefined) return;
    const status = podStatus(pod, {
      ip,
      nodeIp,
      startedAt: this.#startedAt,
      containers: this.containers.map((container) => container.view()),
      initContainers: this.initContainers.map((container) => container.view()),
      ended: this.#ended,
    });
    report(status as Pod["status"]);
  }
}
