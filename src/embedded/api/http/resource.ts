/** The verbs on resources: from a request to an answer. */

import type { Access } from "../access/access.ts";
import { inVersion } from "../decoding/body.ts";
import { repeatedFields } from "../decoding/repeated.ts";
import { mapOf, textOf } from "../json.ts";
import type { Kind, Kinds } from "../kinds/kind.ts";
import type { JsonMap, KubernetesObject } from "../object.ts";
import { badRequest, notFound, nothingThere } from "../requests/refusals.ts";
import { scaleOf } from "../requests/scale.ts";
import type { DeleteOptions, FieldValidation, Patch, Resources, WriteOptions } from "../resources.ts";
import { ApiError } from "../status.ts";
import type { Key, Store } from "../store/store.ts";
import { metadataOf, sent, tableOf } from "./answer.ts";
import { bodyOf, jsonOf, mediaType, unsupportedPatch } from "./body.ts";
import { type Listing, listed, selected } from "./list.ts";
import { type Answer, type ApiRequest, formOf, isSet, ok, type Target } from "./request.ts";
import { watched } from "./watch.ts";

export interface Serving {
  readonly store: Store;
  readonly kinds: Kinds;
  readonly resources: Resources;
  readonly access: Access;
  now(): number;
}

/** What a request asks of, found among the kinds. */
export interface Asked extends Listing {
  readonly key?: Key;
  readonly warnings: string[];
}

const DEPRECATED: Readonly<Record<string, string>> = {
  Endpoints: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
};

export function found({ kinds }: Serving, request: ApiRequest, target: Target): Listing {
  const kind = kinds.byResource(target.group, target.plural);
  const version = kind?.versions.find(({ name, served }) => served && name === target.version);
  if (!kind || !version) throw nothingThere();
  if (!kind.namespaced && target.namespace !== undefined) throw nothingThere();
  return { kind, version, target, request };
}

export function answerResource(serving: Serving, listing: Listing, warnings: string[]): Answer {
  const deprecated = DEPRECATED[listing.kind.kind];
  if (deprecated !== undefined) warnings.push(deprecated);
  const { target } = listing;
  const { name } = target;
  if (name === undefined) return onCollection(serving, listing, warnings);
  const { namespace } = target;
  const key: Key = listing.kind.namespaced && namespace !== undefined ? { namespace, name } : { name };
  return onObject(serving, { ...listing, key, warnings }, key);
}

function onCollection(serving: Serving, listing: Listing, warnings: string[]): Answer {
  const { kind, target, request } = listing;
  const { store, resources, now } = serving;
  switch (request.method) {
    case "GET":
      allow(kind, "list");
      if (isSet(request.query, "watch")) return watched(store, listing, now);
      return ok(listed(listing, inVersions(listing, resources.list(kind, target.namespace)), store.revision(), now()));
    case "POST": {
      allow(kind, "create");
      if (kind.namespaced && target.namespace === undefined) throw methodNotAllowed();
      const created = resources.create(kind, target.namespace, bodyOf(request), writeOptions(listing, warnings));
      return ok(shaped(serving, listing, created), 201);
    }
    case "DELETE":
      allow(kind, "deletecollection");
      return deleteCollection(serving, listing);
    default:
      throw methodNotAllowed();
  }
}

function deleteCollection({ resources, store, now }: Serving, listing: Listing): Answer {
  const { kind, target, request } = listing;
  const matches = selected(listing);
  const all = resources.list(kind, target.namespace).filter(matches);
  const options = deleteOptions(request);
  for (const { metadata } of all) if (resources.find(kind, metadata)) resources.delete(kind, metadata, options);
  return ok(listed(listing, inVersions(listing, all), store.revision(), now()));
}

function onObject(serving: Serving, asked: Asked, key: Key): Answer {
  const { kind, request, target } = asked;
  const { resources } = serving;
  const { subresource } = target;
  if (subresource !== undefined && !["status", "scale", "ephemeralcontainers", "finalize"].includes(subresource))
    throw nothingThere();
  if (subresource !== undefined && !kind.subresources.some(({ name }) => name === subresource)) throw noSubresource();
  switch (request.method) {
    case "GET":
      allow(kind, "get");
      return ok(shaped(serving, asked, asScale(asked, existing(serving, asked, key))));
    case "PUT":
      allow(kind, "update");
      return ok(shaped(serving, asked, replaced(serving, asked, key)));
    case "PATCH":
      allow(kind, "patch");
      return patched(serving, asked, key);
    case "DELETE":
      allow(kind, "delete");
      return deleted(kind, key, resources.find(kind, key), resources.delete(kind, key, deleteOptions(request)));
    default:
      throw methodNotAllowed();
  }
}

/** Of a kind that is there; a Status, unlike the answer to a path that leads nowhere. */
function noSubresource(): ApiError {
  return new ApiError(404, "NotFound", "the server could not find the requested resource", {});
}

/** What is missing is the namespace, where that is missing too. */
function existing({ resources, kinds }: Serving, { kind }: Asked, key: Key): KubernetesObject {
  const object = resources.find(kind, key);
  if (object) return object;
  const namespaces = kinds.byResource("", "namespaces");
  const { namespace } = key;
  if (namespaces && namespace !== undefined && !resources.find(namespaces, { name: namespace }))
    throw notFound(namespaces, namespace);
  throw notFound(kind, key.name);
}

function asScale({ target }: Asked, object: KubernetesObject): KubernetesObject {
  return target.subresource === "scale" ? scaleOf(object) : object;
}

function replaced({ resources }: Serving, asked: Asked, key: Key): KubernetesObject {
  const { kind, request } = asked;
  const body = bodyOf(request);
  const name = textOf(mapOf(body.metadata).name);
  if (name !== key.name)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${key.name})`);
  return resources.update(kind, key, body, writeOptions(asked, asked.warnings));
}

function patched(serving: Serving, asked: Asked, key: Key): Answer {
  const { kind, target } = asked;
  const before = serving.resources.find(kind, key);
  const patch = patchOf(asked);
  const options = writeOptions(asked, asked.warnings);
  if (target.subresource === "scale") return ok(shaped(serving, asked, scaled(serving, asked, key, patch, options)));
  const after = serving.resources.patch(kind, key, patch, options);
  return ok(shaped(serving, asked, after), before ? 200 : 201);
}

/** The patch is one of the Scale. */
function scaled(
  { resources }: Serving,
  { kind }: Asked,
  key: Key,
  patch: Patch,
  options: WriteOptions,
): KubernetesObject {
  const scale = scaleOf(resources.get(kind, key));
  if (patch.type === "json" || patch.type === "apply") throw badRequest("a Scale takes merge patches only");
  const replicas = mapOf(patch.body.spec).replicas ?? mapOf(scale.spec).replicas;
  const revision = textOf(mapOf(patch.body.metadata).resourceVersion);
  const metadata = revision === "" ? {} : { resourceVersion: revision };
  return resources.update(kind, key, { ...scale, metadata, spec: { replicas } } as JsonMap, options);
}

const PATCHES = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];

function patchOf({ kind, request }: Asked): Patch {
  const type = mediaType(request);
  const accepted =
    kind.origin === "crd"
      ? PATCHES
      : [...PATCHES.slice(0, 2), "application/strategic-merge-patch+json", ...PATCHES.slice(2)];
  switch (type) {
    case "application/json-patch+json":
      return { type: "json", body: jsonOf(request.body) as readonly unknown[] };
    case "application/merge-patch+json":
      return { type: "merge", body: bodyOf(request) };
    case "application/strategic-merge-patch+json":
      if (kind.origin === "crd") throw unsupportedPatch(accepted);
      return { type: "strategic", body: bodyOf(request) };
    case "application/apply-patch+yaml":
      return { type: "apply", body: bodyOf(request), force: isSet(request.query, "force") };
    default:
      throw unsupportedPatch(accepted);
  }
}

function deleted(
  kind: Kind,
  key: Key,
  before: KubernetesObject | undefined,
  lingers: KubernetesObject | undefined,
): Answer {
  if (lingers) return ok(sent(kind, lingers));
  const details = {
    name: key.name,
    ...(kind.group === "" ? {} : { group: kind.group }),
    kind: kind.plural,
    uid: before?.metadata.uid,
  };
  return ok({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details });
}

function deleteOptions(request: ApiRequest): DeleteOptions {
  const body = bodyOf(request, true);
  const { query } = request;
  const grace =
    body.gracePeriodSeconds ?? (query.has("gracePeriodSeconds") ? Number(query.get("gracePeriodSeconds")) : undefined);
  const propagation =
    textOf(body.propagationPolicy) ||
    query.get("propagationPolicy") ||
    (body.orphanDependents === true ? "Orphan" : "");
  const { uid, resourceVersion } = mapOf(body.preconditions);
  return {
    ...(typeof grace === "number" ? { gracePeriodSeconds: grace } : {}),
    ...(isPropagation(propagation) ? { propagation } : {}),
    dryRun: query.has("dryRun") || (Array.isArray(body.dryRun) && body.dryRun.length > 0),
    preconditions: {
      ...(typeof uid === "string" ? { uid } : {}),
      ...(typeof resourceVersion === "string" ? { resourceVersion } : {}),
    },
  };
}

function isPropagation(text: string): text is "Background" | "Foreground" | "Orphan" {
  return text === "Background" || text === "Foreground" || text === "Orphan";
}

function writeOptions({ version, target, request }: Listing, warnings: string[]): WriteOptions {
  const { query } = request;
  const validation = query.get("fieldValidation") ?? "";
  const { subresource } = target;
  const agent = request.header("user-agent").split("/")[0] ?? "";
  return {
    dryRun: query.has("dryRun"),
    fieldManager: query.get("fieldManager") ?? (agent === "" ? "unknown" : agent),
    ...(isValidation(validation) ? { fieldValidation: validation } : {}),
    version: version.name,
    ...(subresource === "status" || subresource === "scale" || subresource === "ephemeralcontainers"
      ? { subresource }
      : {}),
    repeated: repeatedIn(request),
    warn: (text) => warnings.push(text),
  };
}

/** Only what is written as a whole object is looked through; a patch is told by what it makes of one. */
function repeatedIn(request: ApiRequest): readonly string[] {
  const whole = request.method === "POST" || request.method === "PUT";
  return whole && mediaType(request) === "application/json" ? repeatedFields(request.body.toString()) : [];
}

function isValidation(text: string): text is FieldValidation {
  return text === "Ignore" || text === "Warn" || text === "Strict";
}

function inVersions({ kind, version }: Listing, all: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return version.name === kind.storageVersion ? all : all.map((object) => inVersion(kind, version.name, object));
}

/** The object in the version and the form that were asked for. */
function shaped({ now }: Serving, { kind, version, request }: Listing, object: KubernetesObject): JsonMap {
  const whole = sent(kind, object.kind === kind.kind ? inVersion(kind, version.name, object) : object);
  const { as } = formOf(request.header("accept"));
  if (as === "metadata") return metadataOf(whole);
  if (as === "object" || object.kind !== kind.kind) return whole;
  const { resourceVersion } = object.metadata;
  return tableOf(
    version,
    [whole],
    { resourceVersion },
    { now: now(), include: request.query.get("includeObject") ?? "Metadata" },
  );
}

function allow(kind: Kind, verb: Kind["verbs"][number]): void {
  if (!kind.verbs.includes(verb)) throw methodNotAllowed();
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
}
