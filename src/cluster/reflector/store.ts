/** The objects of one kind in one scope, as they were last heard of. What changes in it is told by its methods. */
import type { LiveObject } from "../../protocol/cluster.ts";

export interface Changes {
  readonly put: readonly LiveObject[];
  readonly removed: readonly LiveObject[];
}

const NOTHING: Changes = { put: [], removed: [] };

export class Store {
  #objects = new Map<string, LiveObject>();

  get objects(): Iterable<LiveObject> {
    return this.#objects.values();
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Takes a whole list for what there is. */
  replace(objects: readonly LiveObject[]): Changes {
    const fresh = new Map(objects.map((object) => [keyOf(object), object]));
    const put = [...fresh].filter(([key, object]) => !isSame(this.#objects.get(key), object));
    const removed = [...this.#objects].filter(([key]) => !fresh.has(key));
    this.#objects = fresh;
    return { put: put.map(([, object]) => object), removed: removed.map(([, object]) => object) };
  }

  /** An event that was heard before, or that an event heard before has overtaken, changes nothing. */
  put(object: LiveObject): Changes {
    const known = this.#objects.get(keyOf(object));
    if (known !== undefined && (isSame(known, object) || isOlder(object, known))) return NOTHING;
    this.#objects.set(keyOf(object), object);
    return { put: [object], removed: [] };
  }

  remove(object: LiveObject): Changes {
    const known = this.#objects.get(keyOf(object));
    if (known === undefined || isOlder(object, known)) return NOTHING;
    this.#objects.delete(keyOf(object));
    return { put: [], removed: [known] };
  }
}

export function keyOf({ metadata: { namespace = "", name } }: LiveObject): string {
  return `${namespace}/${name}`;
}

function isSame(known: LiveObject | undefined, object: LiveObject): boolean {
  const [a, b] = [known?.metadata, object.metadata];
  return (
    a !== undefined && a.uid === b.uid && a.resourceVersion !== undefined && a.resourceVersion === b.resourceVersion
  );
}

/** Versions are compared where they are numbers, as those of Kubernetes itself are; the order of others is not known. */
function isOlder({ metadata: a }: LiveObject, { metadata: b }: LiveObject): boolean {
  if (!isNumber(a.resourceVersion) || !isNumber(b.resourceVersion)) return false;
  return BigInt(a.resourceVersion) < BigInt(b.resourceVersion);
}

function isNumber(version: string | undefined): version is string {
  return version !== undefined && /^\d{1,30}$/.test(version);
}
