/** Gathers what changed into messages: at most one in a short while, none of them large, a state after its changes. */
import type { FromCluster, KindChange, KindRef, LiveObject, ScopeState } from "../../protocol/cluster.ts";
import { keyOf } from "../reflector/store.ts";

/** So many objects cross a thread in a few milliseconds. */
const LARGEST = 500;

interface Gathered {
  readonly ref: KindRef;
  readonly objects: Map<string, { readonly object: LiveObject; readonly is: "put" | "removed" }>;
  scopes: readonly ScopeState[] | undefined;
}

export class Batch {
  readonly #gather: number;
  readonly #send: (kinds: FromCluster["changes"]["kinds"]) => void;
  readonly #gathered = new Map<string, Gathered>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(gather: number, send: (kinds: FromCluster["changes"]["kinds"]) => void) {
    this.#gather = gather;
    this.#send = send;
  }

  /** Of an object, only the last that became of it is told. */
  add(ref: KindRef, put: Iterable<LiveObject>, removed: Iterable<LiveObject>): void {
    const { objects } = this.#of(ref);
    for (const object of removed) objects.set(keyOf(object), { object, is: "removed" });
    for (const object of put) objects.set(keyOf(object), { object, is: "put" });
  }

  scopes(ref: KindRef, scopes: readonly ScopeState[]): void {
    this.#of(ref).scopes = scopes;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#gathered.clear();
  }

  #of(ref: KindRef): Gathered {
    this.#timer ??= setTimeout(() => this.#flush(), this.#gather);
    const id = `${ref.group}/${ref.kind}`;
    const known = this.#gathered.get(id);
    if (known !== undefined) return known;
    const fresh: Gathered = { ref, objects: new Map(), scopes: undefined };
    this.#gathered.set(id, fresh);
    return fresh;
  }

  #flush(): void {
    this.#timer = undefined;
    const gathered = [...this.#gathered.values()];
    this.#gathered.clear();
    let message: KindChange[] = [];
    let size = 0;
    for (const part of gathered.flatMap(partsOf)) {
      const count = part.put.length + part.removed.length;
      if (size > 0 && size + count > LARGEST) {
        this.#send(message);
        message = [];
        size = 0;
      }
      message.push(part);
      size += count;
    }
    this.#send(message);
  }
}

/** The scopes come with the last part. */
function partsOf({ ref, objects, scopes }: Gathered): readonly KindChange[] {
  const all = [...objects.values()];
  const parts: KindChange[] = [];
  for (let start = 0; start === 0 || start < all.length; start += LARGEST) {
    const some = all.slice(start, start + LARGEST);
    parts.push({
      ...ref,
      put: some.filter(({ is }) => is === "put").map(({ object }) => object),
      removed: some.filter(({ is }) => is === "removed").map(({ object }) => nameOf(object)),
      ...(scopes !== undefined && start + LARGEST >= all.length && { scopes }),
    });
  }
  return parts;
}

function nameOf({ metadata: { name, namespace } }: LiveObject) {
  return { name, ...(namespace !== undefined && { namespace }) };
}
