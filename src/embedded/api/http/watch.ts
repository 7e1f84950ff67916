/** Watches: changes as lines of JSON, with bookmarks, as objects or tables. */
import { inVersion } from "../decoding/body.ts";
import { apiVersionOf } from "../kinds/kind.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";
import { ApiError } from "../status.ts";
import type { Store, WatchEvent } from "../store/store.ts";
import { metadataOf, sent, tableOf } from "./answer.ts";
import { type Listing, selected } from "./list.ts";
import { type Answer, formOf, isSet } from "./request.ts";

const BOOKMARK_EVERY = 60_000;
const LONGEST = 30 * 60;

type Line = { readonly type: string; readonly object: JsonMap };

export function watched(store: Store, listing: Listing, now: () => number): Answer {
  return { status: 200, type: "application/json", stream: lines(store, listing, now) };
}

async function* lines(store: Store, listing: Listing, now: () => number): AsyncGenerator<string> {
  const queue = new Queue<Line>();
  const stop = open(store, listing, now, queue);
  const { query, signal } = listing.request;
  const seconds = Number(query.get("timeoutSeconds") ?? 0) || LONGEST;
  const end = () => queue.end();
  const timer = setTimeout(end, seconds * 1000);
  signal.addEventListener("abort", end, { once: true });
  const bookmarks = isSet(query, "allowWatchBookmarks")
    ? setInterval(() => queue.push(bookmark(store, listing, now)), BOOKMARK_EVERY)
    : undefined;
  try {
    for await (const line of queue) yield `${JSON.stringify(line)}\n`;
  } finally {
    stop();
    clearTimeout(timer);
    clearInterval(bookmarks);
    signal.removeEventListener("abort", end);
  }
}

/** Starts to listen; what is there comes first unless the watch goes on from a resourceVersion. */
function open(store: Store, listing: Listing, now: () => number, queue: Queue<Line>): () => void {
  const { kind, request, target } = listing;
  const since = request.query.get("resourceVersion") ?? "";
  const initial = isSet(request.query, "sendInitialEvents");
  const matches = selected(listing);
  const encode = encoder(listing, now);
  const inNamespace = ({ metadata }: KubernetesObject) =>
    target.namespace === undefined || metadata.namespace === target.namespace;
  const wanted = (object: KubernetesObject) => inNamespace(object) && matches(object);
  const fromStart = since === "" || since === "0" || initial;
  if (fromStart) {
    for (const object of store.list(kind, target.namespace).filter(matches))
      queue.push({ type: "ADDED", object: encode(object) });
    if (initial) queue.push(bookmark(store, listing, now, true));
  }
  const tell = (event: WatchEvent) => {
    const line = seen(event, wanted);
    if (line !== undefined) queue.push({ type: line.type, object: encode(line.object) });
  };
  const stop = store.watch(kind, tell, fromStart ? undefined : since);
  if (stop !== "expired") return stop;
  const message = `too old resource version: ${since} (${store.revision()})`;
  queue.push({ type: "ERROR", object: new ApiError(410, "Expired", message).status() });
  queue.end();
  return () => undefined;
}

/** The event as one whose selector lets the object in or out sees it. */
function seen(event: WatchEvent, wanted: (object: KubernetesObject) => boolean) {
  if (event.type === "BOOKMARK") return undefined;
  const { object, before } = event;
  const was = before !== undefined && wanted(before);
  if (event.type === "DELETED") return was ? { type: "DELETED", object } : undefined;
  if (wanted(object)) return { type: was ? "MODIFIED" : "ADDED", object };
  return was && before
    ? {
        type: "DELETED",
        object: { ...before, metadata: { ...before.metadata, resourceVersion: object.metadata.resourceVersion } },
      }
    : undefined;
}

function encoder({ kind, version, request }: Listing, now: () => number): (object: KubernetesObject) => JsonMap {
  const { as } = formOf(request.header("accept"));
  const include = request.query.get("includeObject") ?? "Metadata";
  let headers = true;
  return (object) => {
    const whole = sent(kind, inVersion(kind, version.name, object));
    if (as === "object") return whole;
    if (as === "metadata") return metadataOf(whole);
    const { resourceVersion } = object.metadata;
    const table = tableOf(version, [whole], { resourceVersion }, { now: now(), include, headers });
    headers = false;
    return table;
  };
}

function bookmark(store: Store, { kind, version, request }: Listing, now: () => number, initial = false): Line {
  const metadata: JsonMap = {
    resourceVersion: store.revision(),
    creationTimestamp: null,
    ...(initial ? { annotations: { "k8s.io/initial-events-end": "true" } } : {}),
  };
  const object: JsonMap = { kind: kind.kind, apiVersion: apiVersionOf(kind.group, version.name), metadata };
  const { as } = formOf(request.header("accept"));
  if (as === "object") return { type: "BOOKMARK", object };
  if (as === "metadata") return { type: "BOOKMARK", object: metadataOf(object) };
  const { resourceVersion } = metadata;
  const table = tableOf(version, [], { resourceVersion: String(resourceVersion) }, { now: now(), include: "Metadata" });
  return { type: "BOOKMARK", object: { ...table, rows: [{ cells: [], object: metadataOf(object) }] } };
}

/** Lines between those who tell of changes and the connection that sends them. */
class Queue<T> implements AsyncIterable<T> {
  #items: T[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  push(item: T): void {
    if (!this.#ended) this.#items.push(item);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      for (let item = this.#items.shift(); item !== undefined; item = this.#items.shift()) yield item;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
