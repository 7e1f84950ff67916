/** Lists and their pages. */
import { isMap, textOf } from "../json.ts";
import { apiVersionOf, type Kind, type Version } from "../kinds/kind.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";
import { badRequest } from "../requests/refusals.ts";
import { metadataOf, sent, tableOf } from "./answer.ts";
import { type ApiRequest, formOf, type Target } from "./request.ts";
import { fieldMatcher, labelMatcher, type Matches, SelectorError } from "./selectors.ts";

export interface Listing {
  readonly kind: Kind;
  readonly version: Version;
  readonly target: Target;
  readonly request: ApiRequest;
}

/** What the selectors of the query let through. */
export function selected({ kind, target, request }: Listing): Matches {
  const labels = request.query.get("labelSelector") ?? "";
  const fields = request.query.get("fieldSelector") ?? "";
  const name = target.name === undefined ? "" : `metadata.name=${target.name}`;
  try {
    const byLabel = labelMatcher(labels);
    const byField = fieldMatcher(kind, fields);
    const byName = fieldMatcher(kind, name);
    return (object) => byLabel(object) && byField(object) && byName(object);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    throw badRequest(error.message);
  }
}

/** The list as it is sent. `all` are sorted. */
export function listed(listing: Listing, all: readonly KubernetesObject[], revision: string, now: number): JsonMap {
  const { kind, version, request } = listing;
  const matches = selected(listing);
  const limit = Number(request.query.get("limit") ?? 0);
  const token = request.query.get("continue") ?? "";
  const from = token === "" ? undefined : continuation(token);
  const rest = all.filter((object) => (from === undefined || keyOf(object) >= from.start) && matches(object));
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const next = rest[page.length];
  const selective = (request.query.get("labelSelector") ?? "") + (request.query.get("fieldSelector") ?? "") !== "";
  const meta: JsonMap = {
    resourceVersion: from?.rv ?? revision,
    ...(next === undefined ? {} : { continue: tokenOf(from?.rv ?? revision, keyOf(next)) }),
    ...(next === undefined || selective ? {} : { remainingItemCount: rest.length - page.length }),
  };
  const items = page.map((object) => sent(kind, object));
  const form = formOf(request.header("accept"));
  if (form.as === "table")
    return tableOf(version, items, meta, { now, include: request.query.get("includeObject") ?? "Metadata" });
  if (form.as === "metadata") {
    return {
      kind: "PartialObjectMetadataList",
      apiVersion: "meta.k8s.io/v1",
      metadata: meta,
      items: items.map(metadataOf),
    };
  }
  const head = { kind: kind.listKind, apiVersion: apiVersionOf(kind.group, version.name) };
  return kind.origin === "crd"
    ? { apiVersion: head.apiVersion, items, kind: head.kind, metadata: meta }
    : { ...head, metadata: meta, items: items.map(withoutHead) };
}

function withoutHead({ kind: _, apiVersion: __, ...rest }: JsonMap): JsonMap {
  return rest;
}

function keyOf({ metadata }: KubernetesObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

function tokenOf(rv: string, start: string): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: Number(rv), start })).toString("base64url");
}

function continuation(token: string): { readonly rv: string; readonly start: string } {
  const text = Buffer.from(token, "base64url");
  try {
    const value: unknown = JSON.parse(text.toString());
    if (isMap(value) && typeof value.start === "string") return { rv: String(value.rv), start: textOf(value.start) };
  } catch {
    const first = text[0] ?? 0;
    const shown =
      first >= 0x20 && first < 0x7f ? String.fromCharCode(first) : `\\u00${first.toString(16).padStart(2, "0")}`;
    throw badRequest(
      `invalid continue token: continue key is not valid: invalid character '${shown}' looking for beginning of value`,
    );
  }
  throw badRequest("invalid continue token: continue key is not valid: server is not configured for it");
}
