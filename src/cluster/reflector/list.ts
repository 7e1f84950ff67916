/**
 * A whole list in pages: half a list is never taken for all there is. Where a token has expired, the failure asks for the
 * list again, as any that is gone does; where a page is too large, smaller ones are asked for.
 */
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

export async function list(api: Api, resource: Resource, path: string, signal: AbortSignal): Promise<Listed> {
  for (let limit = PAGE; ; limit = Math.floor(limit / 4)) {
    try {
      return await listOnce(api, resource, { path, limit }, signal);
    } catch (error) {
      if (!(error instanceof PageTooLarge) || limit < SMALLEST_PAGE) throw error;
    }
  }
}

class PageTooLarge extends ApiFailure {}

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
    const page = pageOf(path, await readPage(api, `${path}?${query}`, signal));
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

async function readPage(api: Api, path: string, signal: AbortSignal): Promise<unknown> {
  try {
    return await api.read(path, signal);
  } catch (error) {
    const isTooLarge = error instanceof ApiFailure && error.code === "too-large";
    throw isTooLarge ? new PageTooLarge(error.code, error.message) : error;
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
