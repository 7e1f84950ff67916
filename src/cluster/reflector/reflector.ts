/**
 * One kind in one scope, kept as the server has it: list, then watch, and back from whatever ends either. Own code:
 * client-node's informer stops for good after most of what can happen. What was read stays, with its age.
 */
import type { FailureCode, ScopeState } from "../../protocol/cluster.ts";
import type { Api } from "../api/api.ts";
import { ApiFailure, failureOf } from "../api/failure.ts";
import { pathOf, type Resource } from "../kinds/resource.ts";
import type { Timings } from "../timings.ts";
import { list } from "./list.ts";
import { Patience } from "./patience.ts";
import { type Changes, Store } from "./store.ts";
import { watch } from "./watch.ts";

/** After these, only a list tells what there is. */
const FORGETS: ReadonlySet<FailureCode> = new Set(["gone", "malformed", "absent", "forbidden", "too-large"]);
/** After so many attempts in a row, the version that a watch starts from is what the server cannot serve. */
const HOPELESS = 3;
/** What these say changes when somebody changes it, not by itself. */
const SELDOM: ReadonlySet<FailureCode> = new Set(["absent", "forbidden", "too-large"]);

class EndedEarly extends ApiFailure {}

export interface Scope {
  readonly resource: Resource;
  /** Absent: the whole cluster. */
  readonly namespace?: string;
}

export interface ReflectorOptions {
  readonly api: Api;
  readonly scope: Scope;
  readonly timings: Timings;
  /** The changes come before the state that they lead to. */
  changed(changes: Changes): void;
  state(state: ScopeState): void;
  defect(error: Error): void;
}

export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #path: string;
  readonly #store = new Store();
  readonly #patience: Patience;
  readonly #closed = new AbortController();
  readonly #ended: Promise<void>;
  #watching = new AbortController();
  /** To watch from; undefined where only a list tells what there is. */
  #version: string | undefined;
  #state: ScopeState;
  /** When all objects were last known to be current. */
  #asOf: number | undefined;
  /** When a dead stream still brought something. */
  #heard = 0;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.#path = pathOf(options.scope.resource, options.scope.namespace);
    this.#patience = new Patience(options.timings);
    this.#state = this.#stateOf("syncing");
    this.#ended = this.#run().catch((error) => options.defect(error));
  }

  get state(): ScopeState {
    return this.#state;
  }

  get store(): Store {
    return this.#store;
  }

  /** Another attempt now, where one is waited for. */
  retry(): void {
    this.#patience.wake();
  }

  /** The connection is not to be trusted any more; `anew` where the server is another one, with versions of its own. */
  reconnect(anew: "anew" | "resume" = "resume"): void {
    if (anew === "anew") this.#version = undefined;
    this.#watching.abort();
    this.#patience.wake();
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      const failure = await this.#attempt();
      if (signal.aborted) return;
      if (failure !== undefined) await this.#recover(failure);
    }
  }

  /** What ended it, or undefined where it is to go on at once. */
  async #attempt(): Promise<ApiFailure | undefined> {
    this.#watching = new AbortController();
    const signal = AbortSignal.any([this.#closed.signal, this.#watching.signal]);
    try {
      if (this.#version === undefined) await this.#list(signal);
      return await this.#watch(this.#version ?? "", signal);
    } catch (error) {
      return signal.aborted ? undefined : failureOf(this.#path, error);
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { api, scope } = this.#options;
    const { objects, version } = await list(api, scope.resource, this.#path, signal);
    signal.throwIfAborted();
    this.#version = version;
    this.#tell(this.#store.replace(objects));
    this.#heard = Date.now();
    this.#asOf = this.#heard;
  }

  async #watch(version: string, signal: AbortSignal): Promise<ApiFailure | undefined> {
    const { api, scope, timings } = this.#options;
    const seconds = Math.max(1, Math.round((timings.watch * (1 + Math.random())) / 1000));
    const events = await watch(api, scope.resource, { path: this.#path, version, seconds }, signal);
    const opened = performance.now();
    this.#heard = Date.now();
    this.#become("live");
    const isSteady = () => performance.now() - opened >= timings.steady;
    try {
      for await (const event of events) {
        this.#heard = Date.now();
        if (event.type === "put") this.#tell(this.#store.put(event.object));
        else if (event.type === "remove") this.#tell(this.#store.remove(event.object));
        this.#version = event.version;
      }
    } finally {
      if (isSteady()) this.#patience.succeeded();
      this.#asOf = this.#heard;
    }
    return isSteady() ? undefined : new EndedEarly("unreachable", `WATCH ${this.#path}: the server ended it early.`);
  }

  /** Waits for as long as this failure asks for. Versions that the server has forgotten are listed again. */
  async #recover(failure: ApiFailure): Promise<void> {
    const { code } = failure;
    const isFirst = this.#patience.failed === 0;
    if (FORGETS.has(code) || (code === "server" && this.#patience.failed >= HOPELESS)) this.#version = undefined;
    if (code === "absent") this.#tell(this.#store.replace([]));
    const wait = this.#patience.next(failure.wait);
    const asked = SELDOM.has(code) ? this.#options.timings.seldom : wait;
    // The server asks for no more than another list, or another watch.
    if (isFirst && (code === "gone" || failure instanceof EndedEarly)) return;
    this.#become(statusAfter(failure, this.#asOf), failure, asked);
    await this.#patience.wait(asked, this.#closed.signal);
  }

  #tell(changes: Changes): void {
    if (changes.put.length > 0 || changes.removed.length > 0) this.#options.changed(changes);
  }

  #become(status: ScopeState["status"], failure?: ApiFailure, wait?: number): void {
    if (status === "absent") this.#asOf = undefined;
    const next = this.#stateOf(status, failure, wait);
    if (status === "live" && this.#state.status === "live") return;
    this.#state = next;
    this.#options.state(next);
  }

  #stateOf(status: ScopeState["status"], failure?: ApiFailure, wait?: number): ScopeState {
    const { namespace } = this.#options.scope;
    const now = Date.now();
    const isSame = this.#state?.status === status;
    return {
      ...(namespace !== undefined && { namespace }),
      status,
      since: isSame ? this.#state.since : now,
      ...(status !== "live" && this.#asOf !== undefined && { asOf: this.#asOf }),
      ...(failure !== undefined && { failure: { code: failure.code, says: failure.message } }),
      ...(wait !== undefined && { retryAt: now + wait }),
    };
  }
}

function statusAfter({ code }: ApiFailure, asOf: number | undefined): ScopeState["status"] {
  if (code === "forbidden" || code === "absent") return code;
  return asOf === undefined ? "lost" : "stale";
}
