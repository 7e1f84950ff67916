/** A container over its runs: it starts, is watched, ends, and is started again as the restart policy says. */
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { App, AppContext } from "../../apps/process.ts";
import { MissingReference } from "../pod/references.ts";
import type { Container as Spec } from "../pod/spec.ts";
import { ContainerLog } from "./log.ts";
import type { ContainerState, ContainerView, Terminated } from "./state.ts";

export interface Started {
  readonly context: AppContext;
  readonly app: App;
  /** Its listeners. */
  close(): Promise<void>;
}

export interface Surroundings {
  /** Starts the program; a MissingReference says what is not there yet. */
  start(spec: Spec, log: ContainerLog): Promise<Started>;
  /** Runs until the signal. */
  watch(spec: Spec, context: AppContext, container: Container, signal: AbortSignal): Promise<void>;
  event(type: "Normal" | "Warning", reason: string, message: string, spec: Spec): void;
  /** Something of the view is different. */
  changed(): void;
  /** `name_namespace(uid)` of the pod, for messages. */
  readonly pod: string;
  readonly backoff: { readonly first: number; readonly most: number; readonly retry: number };
}

type Policy = "Always" | "OnFailure" | "Never";

/** After so long a run a failure counts as the first. */
const LONG_RUN_MS = 600_000;
/** SIGKILL. */
const KILLED = 137;

export class Container {
  readonly spec: Spec;
  readonly #around: Surroundings;
  readonly #stop = new AbortController();
  #state: ContainerState = { type: "waiting", reason: "ContainerCreating" };
  #last: Terminated | undefined;
  #restarts = 0;
  #ready = false;
  #started = false;
  #id: string | undefined;
  #log = new ContainerLog();
  #previous: ContainerLog | undefined;
  #running: Started | undefined;
  #restart = new AbortController();

  constructor(spec: Spec, around: Surroundings) {
    this.spec = spec;
    this.#around = around;
  }

  view(): ContainerView {
    const { spec } = this;
    return {
      name: spec.name,
      image: spec.image,
      state: this.#state,
      last: this.#last,
      restarts: this.#restarts,
      ready: this.#ready,
      started: this.#started,
      id: this.#id,
    };
  }

  get log(): ContainerLog {
    return this.#log;
  }

  get previousLog(): ContainerLog | undefined {
    return this.#previous;
  }

  /** Of the run that is on. */
  get context(): AppContext | undefined {
    return this.#running?.context;
  }

  get isStarted(): boolean {
    return this.#started;
  }

  setReady(ready: boolean): void {
    if (this.#ready === ready) return;
    this.#ready = ready;
    this.#around.changed();
  }

  setStarted(): void {
    this.#started = true;
    this.#around.changed();
  }

  wait(reason: string, message?: string): void {
    this.#become({ type: "waiting", reason, ...(message === undefined ? {} : { message }) });
  }

  /** Ends the run that is on; the restart policy decides what comes then. */
  kill(): void {
    this.#restart.abort();
  }

  /** Runs until it is not to be started again; the last exit code. */
  async run(policy: Policy): Promise<number> {
    for (let backoff = 0; ; ) {
      const began = Date.now();
      const code = await this.#once();
      if (this.#stop.signal.aborted || policy === "Never" || (policy === "OnFailure" && code === 0)) return code;
      if (Date.now() - began > LONG_RUN_MS) backoff = 0;
      if (backoff > 0) await this.#backOff(backoff);
      if (this.#stop.signal.aborted) return code;
      backoff = backoff === 0 ? this.#around.backoff.first : Math.min(backoff * 2, this.#around.backoff.most);
      this.#restarts += 1;
    }
  }

  /** SIGTERM, which every imitated program obeys at once. */
  async stop(): Promise<void> {
    if (this.#state.type === "running" && !this.#stop.signal.aborted)
      this.#around.event("Normal", "Killing", `Stopping container ${this.spec.name}`, this.spec);
    this.#stop.abort();
    await this.#end(this.#running);
  }

  async #once(): Promise<number> {
    if (this.#last !== undefined) {
      this.#previous = this.#log;
      this.#log = new ContainerLog();
    }
    const running = await this.#start();
    if (running === undefined) return KILLED;
    const startedAt = Date.now();
    const watching = new AbortController();
    this.#restart = new AbortController();
    this.#become({ type: "running", startedAt });
    const health = this.#around.watch(this.spec, running.context, this, watching.signal);
    const code = await this.#ending(running);
    watching.abort();
    await Promise.all([health, this.#end(running)]);
    this.#finish(code, startedAt);
    return code;
  }

  /** Tries until what it needs is there; what a moment brings is not worth an event. */
  async #start(): Promise<Started | undefined> {
    const { spec } = this;
    for (let missed = 0; !this.#stop.signal.aborted; missed++) {
      try {
        this.#running = await this.#around.start(spec, this.#log);
        this.#id = randomBytes(32).toString("hex");
        this.#tellOfStart();
        return this.#running;
      } catch (error) {
        if (!(error instanceof MissingReference)) throw error;
        if (missed > 0) this.#tellOfMissing(error.message);
        await this.#pause(this.#around.backoff.retry);
      }
    }
    return undefined;
  }

  #tellOfStart(): void {
    const { spec } = this;
    const { image } = spec;
    const tell = (reason: string, message: string) => this.#around.event("Normal", reason, message, spec);
    if (spec.imagePullPolicy === "Always") {
      tell("Pulling", `Pulling image "${image}"`);
      tell("Pulled", `Successfully pulled image "${image}" in 30ms (30ms including waiting). Image size: 0 bytes.`);
    } else tell("Pulled", `Container image "${image}" already present on machine`);
    tell("Created", `Created container: ${spec.name}`);
    tell("Started", `Started container ${spec.name}`);
  }

  #tellOfMissing(message: string): void {
    const isMount = message.startsWith("MountVolume");
    this.wait(isMount ? "ContainerCreating" : "CreateContainerConfigError", isMount ? undefined : message);
    this.#around.event(
      "Warning",
      isMount ? "FailedMount" : "Failed",
      isMount ? message : `Error: ${message}`,
      this.spec,
    );
  }

  #ending({ app }: Started): Promise<number> {
    const stopped = AbortSignal.any([this.#stop.signal, this.#restart.signal]);
    const killed = new Promise<number>((resolve) => {
      if (stopped.aborted) resolve(0);
      else stopped.addEventListener("abort", () => resolve(this.#stop.signal.aborted ? 0 : KILLED), { once: true });
    });
    return Promise.race([killed, ...(app.ended ? [app.ended] : [])]);
  }

  async #end(running: Started | undefined): Promise<void> {
    await running?.app.stop();
    await running?.close();
    if (this.#running === running) this.#running = undefined;
  }

  #finish(exitCode: number, startedAt: number): void {
    this.#log.end();
    this.#ready = false;
    this.#started = false;
    this.#last = {
      type: "terminated",
      exitCode,
      reason: exitCode === 0 ? "Completed" : "Error",
      startedAt,
      finishedAt: Date.now(),
      id: this.#id ?? "",
    };
    this.#become(this.#last);
  }

  async #backOff(ms: number): Promise<void> {
    const message = `Back-off restarting failed container ${this.spec.name} in pod ${this.#around.pod}`;
    this.#around.event("Warning", "BackOff", message, this.spec);
    this.wait(
      "CrashLoopBackOff",
      `back-off ${duration(ms)} restarting failed container=${this.spec.name} pod=${this.#around.pod}`,
    );
    await this.#pause(ms);
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  #become(state: ContainerState): void {
    this.#state = state;
    this.#around.changed();
  }
}

/** As Go prints it: `10s`, `1m20s`. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
