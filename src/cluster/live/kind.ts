/**
 * One kind of the live mesh: read in the whole cluster or, where that is refused, in the namespaces that are asked for.
 * Both are told: what is read, and that the rest is not.
 */
import type { KindRef, LiveObject, ScopeState } from "../../protocol/cluster.ts";
import type { Api } from "../api/api.ts";
import type { Resource } from "../kinds/resource.ts";
import { Reflector } from "../reflector/reflector.ts";
import type { Changes } from "../reflector/store.ts";
import type { Timings } from "../timings.ts";

export interface LiveKindOptions {
  readonly api: Api;
  readonly resource: Resource;
  readonly namespaces: readonly string[];
  readonly timings: Timings;
  changed(kind: LiveKind, changes: Changes): void;
  /** The state of one of the scopes. */
  state(kind: LiveKind): void;
  defect(error: Error): void;
}

export class LiveKind {
  readonly #options: LiveKindOptions;
  readonly #whole: Reflector;
  #parts: readonly Reflector[] = [];

  constructor(options: LiveKindOptions) {
    this.#options = options;
    this.#whole = this.#reflect();
  }

  get ref(): KindRef & { readonly version: string } {
    const { group, kind, version } = this.#options.resource;
    return { group, kind, version };
  }

  get scopes(): readonly ScopeState[] {
    return [this.#whole, ...this.#parts].map(({ state }) => state);
  }

  get objects(): readonly LiveObject[] {
    return [this.#whole, ...this.#parts].flatMap(({ store }) => [...store.objects]);
  }

  retry(): void {
    for (const reflector of [this.#whole, ...this.#parts]) reflector.retry();
  }

  reconnect(anew: "anew" | "resume"): void {
    for (const reflector of [this.#whole, ...this.#parts]) reflector.reconnect(anew);
  }

  async close(): Promise<void> {
    await Promise.all([this.#whole, ...this.#parts].map((reflector) => reflector.close()));
  }

  #reflect(namespace?: string): Reflector {
    const { api, resource, timings, changed, defect } = this.#options;
    const scope = { resource, ...(namespace !== undefined && { namespace }) };
    return new Reflector({
      api,
      scope,
      timings,
      defect,
      changed: (changes) => changed(this, changes),
      state: (state) => {
        if (namespace === undefined) this.#follow(state);
        this.#options.state(this);
      },
    });
  }

  /** Namespaces are read for as long as the whole cluster is refused. */
  #follow({ status }: ScopeState): void {
    const { resource, namespaces } = this.#options;
    if (status === "forbidden" && this.#parts.length === 0 && resource.namespaced) {
      // What the whole cluster's reflector still holds of them would be told twice.
      this.#release(this.#whole);
      this.#parts = namespaces.map((namespace) => this.#reflect(namespace));
    } else if (status === "live" && this.#parts.length > 0) {
      const parts = this.#parts;
      this.#parts = [];
      for (const part of parts) void part.close();
    }
  }

  #release(reflector: Reflector): void {
    const changes = reflector.store.replace([]);
    if (changes.removed.length > 0) this.#options.changed(this, changes);
  }
}
