/** A whole list in pages. A page whose token has expired starts it again: half a list is never taken for all there is. */

import type { LiveObject } from "../../protocol/cluster.ts";
import type { Api } from "../api/api.ts";
import { ApiFailure } from "../api/failure.ts";
import { asLiveObject, type Resource } from "../kinds/resource.ts";

export interface Listed {
  readonly objects: readonly LiveObject[];
  /** To watch from. */
  readonly version: string;
}

const PAGE = 500;
const SMALLEST_PAGE = 25;
/** More objects of one kind than any mesh has; a server that sends pages without end is stopped here. */
const MOST = 200_000;
const RESTARTS = 3;

export async function list(api: Api, resource: Resource, path: string, signal: AbortSignal): Promise<Listed> {
  let limit = PAGE;
  for (let restarts = 0; ; restarts += 1) {
    try {
      return await listOnce(api, resource, { path, limit }, signal);
    } catch (error) {
      if (!(error instanceof ApiFailure) || restarts >= RESTARTS || signal.aborted) throw error;
      if (error instanceof TooSlow) limit = Math.max(SMALLEST_PAGE, Math.floor(limit / 4));
      else if (!(error instanceof Expired)) throw error;
    }
  }
}

/** The token of a page that is not the first has expired. */
class Expired extends ApiFailure {}
/** The server did not get a page of this size ready in time. */
class TooSlow extends ApiFailure {}

async function listOnce(
  api: Api,
  resource: Resource,
  { path, limit }: { readonly path: string; readonly limit: number },
  signal: AbortSignal,
): Promise<Listed> {
  const objects: LiveObject[] = [];
  let token: string | undefined;
  let version = "";
  while (token !== "") {
    const query = new URLSearchParams({ limit: String(limit), ...(token !== undefined && { continue: token }) });
    const page = pageOf(path, await readPage(api, `${path}?${query}`, token !== undefined, signal));
    for (const item of page.items) {
      const object = asLiveObject(resource, item);
      if (object !== undefined) objects.push(object);
    }
    if (objects.length > MOST) {
      throw new ApiFailure("too-large", `GET ${path}: there are more than ${MOST} objects, which are not read.`);
    }
    if (page.token !== "" && page.token === token) {
      throw new ApiFailure("malformed", `GET ${path}: a page leads to itself.`);
    }
    token = page.token;
    version = page.version;
  }
  return { objects, version };
}

async function readPage(api: Api, path: string, hasToken: boolean, signal: AbortSignal): Promise<unknown> {
  try {
    return await api.read(path, signal);
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    if (hasToken && error.code === "gone") throw new Expired("gone", error.message);
    if (error.code === "too-large") throw new TooSlow(error.code, error.message);
    throw error;
  }
}

function pageOf(path: string, body: unknown) {
  const { items, metadata } = (body ?? {}) as { readonly items?: unknown; readonly metadata?: unknown };
  const { resourceVersion, continue: token = "" } = (metadata ?? {}) as Readonly<Record<string, unknown>>;
  const isList = Array.isArray(items) || items === null;
  if (!isList || typeof resourceVersion !== "string" || typeof token !== "string") {
    throw new ApiFailure("malformed", `GET ${path}: the answer is no list.`);
  }
  return { items: (items ?? []) as readonly unknown[], version: resourceVersion, token };
}
