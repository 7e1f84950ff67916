/**
 * A connection to one context: finds out which kinds are served, keeps each as the server has it, and tells what
 * changes. Kinds that appear or go with their definitions are followed.
 */
import type { ConnectionState, ConnectTo, FromCluster, ScopeState, Target } from "../protocol/cluster.ts";
import { type Api, createApi } from "./api/api.ts";
import { type ApiFailure, failureOf } from "./api/failure.ts";
import type { Consent } from "./api/program.ts";
import { proxyOf, shown } from "./api/session.ts";
import { type Discovered, discover } from "./kinds/discovery.ts";
import { WANTED_KINDS, type WantedKind } from "./kinds/kinds.ts";
import type { Resource } from "./kinds/resource.ts";
import { type Access, accessOf } from "./kubeconfig/access.ts";
import { kubeconfigFiles, readKubeconfig } from "./kubeconfig/kubeconfig.ts";
import { Batch } from "./live/batch.ts";
import { LiveKind } from "./live/kind.ts";
import { summaryOf } from "./live/status.ts";
import { Patience } from "./reflector/patience.ts";
import { TIMINGS, type Timings } from "./timings.ts";

export interface ConnectionOptions {
  readonly to: ConnectTo;
  readonly consent: Consent;
  readonly timings?: Timings;
  state(state: ConnectionState): void;
  changes(kinds: FromCluster["changes"]["kinds"]): void;
  defect(error: Error): void;
}

/** A clock that is so far from where it should be was set, or the machine slept. */
const JUMP = 20_000;

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #timings: Timings;
  readonly #api: Api;
  readonly #batch: Batch;
  readonly #kinds = new Map<WantedKind, LiveKind>();
  readonly #closed = new AbortController();
  readonly #patience: Patience;
  /** Ends with what is being found out; undefined where nothing is. */
  #finding: Promise<void> | undefined;
  readonly #clock: ReturnType<typeof setInterval>;
  #target: Target;
  #state: ConnectionState;
  #rediscover: ReturnType<typeof setTimeout> | undefined;
  #discovered = false;

  /** Throws where the kubeconfig leads nowhere. */
  constructor(options: ConnectionOptions) {
    const { to } = options;
    this.#options = options;
    this.#timings = options.timings ?? TIMINGS;
    const access = () => accessOf(readKubeconfig(to.files ?? kubeconfigFiles()), to.context);
    this.#target = targetOf(access(), to);
    this.#state = { target: this.#target, status: "connecting", since: Date.now(), forbidden: 0 };
    this.#batch = new Batch(this.#timings.gather, (kinds) => options.changes(kinds));
    this.#patience = new Patience(this.#timings);
    this.#api = createApi({
      access,
      timings: this.#timings,
      consent: (program) => (to.programs === "never" ? Promise.resolve("refuse") : options.consent(program)),
      moved: (moved) => this.#moved(moved),
      ...(to.proxy !== undefined && { proxy: to.proxy }),
    });
    this.#clock = this.#watchClock();
    this.#find();
  }

  get target(): Target {
    return this.#target;
  }

  /** Credentials that were refused are asked for again, too. */
  retry(): void {
    this.#api.renew();
    this.#patience.wake();
    for (const kind of this.#kinds.values()) kind.retry();
    if (this.#discovered) this.#findSoon(0);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    clearInterval(this.#clock);
    clearTimeout(this.#rediscover);
    this.#batch.close();
    await Promise.all([this.#finding, ...[...this.#kinds.values()].map((kind) => kind.close()), this.#api.close()]);
    this.#become({ status: "ended", forbidden: 0 });
  }

  /** One at a time. One that waits goes on at once. */
  #find(): void {
    this.#patience.wake();
    this.#finding ??= this.#findUntilTold()
      .catch((error) => this.#options.defect(error))
      .finally(() => {
        this.#finding = undefined;
      });
  }

  async #findUntilTold(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      try {
        const discovered = await discover(this.#api, signal);
        this.#patience.succeeded();
        if (!signal.aborted) this.#take(discovered);
        return;
      } catch (error) {
        if (signal.aborted) return;
        const failure = failureOf("Finding out what the cluster serves", error);
        const wait = this.#patience.next(failure.wait);
        if (!this.#discovered) this.#become({ status: "lost", forbidden: 0, ...told(failure, wait) });
        await this.#patience.wait(wait, signal);
      }
    }
  }

  #take(discovered: Discovered): void {
    const wasKnown = this.#discovered;
    this.#discovered = true;
    for (const wanted of WANTED_KINDS) {
      const resource = discovered.get(wanted);
      const kind = this.#kinds.get(wanted);
      if (resource === undefined) this.#absent(wanted, wasKnown);
      else if (kind === undefined) this.#kinds.set(wanted, this.#read(resource));
      else if (kind.ref.version !== resource.version) this.#replace(wanted, resource);
      else if (kind.scopes.some(({ status }) => status === "absent")) kind.retry();
    }
    this.#summarize();
  }

  #absent(wanted: WantedKind, wasKnown: boolean): void {
    const kind = this.#kinds.get(wanted);
    if (kind === undefined && wasKnown) return;
    if (kind !== undefined) this.#forget(wanted, kind);
    const { group, kind: name } = wanted;
    const says = `The cluster serves no ${name}${group === "" ? "" : ` of ${group}`}.`;
    const state: ScopeState = { status: "absent", since: Date.now(), failure: { code: "absent", says } };
    this.#batch.scopes({ group, kind: name }, [state]);
  }

  #replace(wanted: WantedKind, resource: Resource): void {
    const kind = this.#kinds.get(wanted);
    if (kind !== undefined) this.#forget(wanted, kind);
    this.#kinds.set(wanted, this.#read(resource));
  }

  #forget(wanted: WantedKind, kind: LiveKind): void {
    this.#kinds.delete(wanted);
    this.#batch.add(kind.ref, [], kind.objects);
    void kind.close();
  }

  #read(resource: Resource): LiveKind {
    const { to, defect } = this.#options;
    const namespaces = to.namespaces ?? [this.#target.namespace];
    const definesKinds = resource.kind === "CustomResourceDefinition";
    const kind = new LiveKind({
      api: this.#api,
      resource,
      namespaces,
      timings: this.#timings,
      defect,
      changed: ({ ref }, { put, removed }) => {
        this.#batch.add(ref, put, removed);
        if (definesKinds) this.#findSoon();
      },
      state: ({ ref, scopes }) => {
        if (this.#closed.signal.aborted) return;
        this.#batch.scopes(ref, scopes);
        this.#summarize();
        if (scopes.some(({ status }) => status === "absent")) this.#findSoon(this.#timings.seldom);
      },
    });
    this.#batch.scopes(kind.ref, kind.scopes);
    return kind;
  }

  /** A definition that comes is served a moment later. */
  #findSoon(wait = 1_000): void {
    if (this.#closed.signal.aborted) return;
    clearTimeout(this.#rediscover);
    this.#rediscover = setTimeout(() => this.#find(), wait);
  }

  #summarize(): void {
    if (this.#discovered) this.#become(summaryOf([...this.#kinds.values()].flatMap(({ scopes }) => scopes)));
  }

  #become(summary: Omit<ConnectionState, "target" | "since">): void {
    const isSame = this.#state.status === summary.status;
    const next = { target: this.#target, since: isSame ? this.#state.since : Date.now(), ...summary };
    if (JSON.stringify(next) === JSON.stringify(this.#state)) return;
    this.#state = next;
    this.#options.state(next);
  }

  #moved(access: Access): void {
    this.#target = targetOf(access, this.#options.to);
    for (const kind of this.#kinds.values()) kind.reconnect("anew");
    this.#patience.wake();
    this.#become({ status: "connecting", forbidden: 0 });
    if (this.#discovered) this.#findSoon(0);
  }

  /** After sleep, sockets are dead without knowing it, and a watch would find out only after a while. */
  #watchClock(): ReturnType<typeof setInterval> {
    let last = Date.now();
    return setInterval(() => {
      const now = Date.now();
      const jumped = Math.abs(now - last - this.#timings.clock) > JUMP;
      last = now;
      if (jumped) for (const kind of this.#kinds.values()) kind.reconnect("resume");
    }, this.#timings.clock);
  }
}

function targetOf(access: Access, to: ConnectTo): Target {
  const { context, namespace, cluster, user } = access;
  const proxy = proxyOf(access, to.proxy);
  return {
    context,
    namespace,
    user: user.name,
    server: cluster.server,
    insecure: cluster.skipTLSVerify === true,
    ...(proxy !== undefined && { proxy: shown(proxy) }),
  };
}

function told({ code, message }: ApiFailure, wait: number): Pick<ConnectionState, "failure" | "retryAt"> {
  return { failure: { code, says: message }, retryAt: Date.now() + wait };
}
