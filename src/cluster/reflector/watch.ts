/** One watch: its events in order, until the server ends it. An ERROR event is thrown as the refusal that it is. */

import type { LiveObject } from "../../protocol/cluster.ts";
import type { Api } from "../api/api.ts";
import { ApiFailure, refusal } from "../api/failure.ts";
import { asLiveObject, type Resource } from "../kinds/resource.ts";
import { linesOf } from "./lines.ts";

export type WatchEvent =
  | { readonly type: "put" | "remove"; readonly object: LiveObject; readonly version: string }
  | { readonly type: "bookmark"; readonly version: string };

export interface WatchFrom {
  readonly path: string;
  readonly version: string;
  /** After which the server is to end it. */
  readonly seconds: number;
}

/** Settles once the server has agreed, before there is any event. */
export async function watch(
  api: Api,
  resource: Resource,
  { path, version, seconds }: WatchFrom,
  signal: AbortSignal,
): Promise<AsyncGenerator<WatchEvent>> {
  const query = new URLSearchParams({
    watch: "true",
    allowWatchBookmarks: "true",
    resourceVersion: version,
    timeoutSeconds: String(seconds),
  });
  return eventsOf(resource, path, await api.stream(`${path}?${query}`, signal));
}

async function* eventsOf(resource: Resource, path: string, bytes: AsyncIterable<Buffer>): AsyncGenerator<WatchEvent> {
  for await (const line of linesOf(bytes)) {
    const event = eventOf(resource, path, line);
    if (event !== undefined) yield event;
  }
}

function eventOf(resource: Resource, path: string, line: string): WatchEvent | undefined {
  const { type, object } = parse(path, line);
  if (type === "ERROR") {
    const { code } = (object ?? {}) as { readonly code?: unknown };
    throw refusal(`WATCH ${path}`, typeof code === "number" ? code : 500, object);
  }
  const { metadata } = (object ?? {}) as { readonly metadata?: { readonly resourceVersion?: unknown } };
  const version = metadata?.resourceVersion;
  if (typeof version !== "string") throw malformed(path);
  if (type === "BOOKMARK") return { type: "bookmark", version };
  const known = asLiveObject(resource, object);
  if (known === undefined) throw malformed(path);
  if (type === "ADDED" || type === "MODIFIED") return { type: "put", object: known, version };
  if (type === "DELETED") return { type: "remove", object: known, version };
  throw malformed(path);
}

function parse(path: string, line: string): { readonly type?: unknown; readonly object?: unknown } {
  try {
    const event: unknown = JSON.parse(line);
    if (typeof event === "object" && event !== null) return event;
  } catch {
    // Told below, as what is JSON but no event.
  }
  throw malformed(path);
}

function malformed(path: string): ApiFailure {
  return new ApiFailure("malformed", `WATCH ${path}: a line of the watch is no event.`);
}
