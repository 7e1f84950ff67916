/** Which proxies an EnvoyFilter patches, where, and with what. */
import type { ConfigPatch, EnvoyFilter } from "../../../mesh/resources/envoy-filter.ts";
import type { Meta } from "../../../mesh/resources/meta.ts";
import { entries, type Field, get, integer, isPresent, items, optional, text } from "../field.ts";
import { matchLabels } from "../meta.ts";

export function decodeEnvoyFilter(root: Field): Omit<EnvoyFilter, keyof Meta> {
  const spec = get(root, "spec");
  const workloadSelector = matchLabels(get(spec, "workloadSelector"), "labels");
  return {
    ...(workloadSelector && { workloadSelector }),
    hasTargetRefs: items(get(spec, "targetRefs")).length > 0,
    patches: items(get(spec, "configPatches")).map(patchOf),
  };
}

function patchOf(patch: Field): ConfigPatch {
  const match = get(patch, "match");
  const operation = text(get(patch, "patch", "operation"));
  const listener = optional(get(match, "listener"), listenerMatch);
  const cluster = optional(get(match, "cluster"), clusterMatch);
  const route = optional(get(match, "routeConfiguration"), routeMatch);
  return {
    at: patch.at,
    applyTo: text(get(patch, "applyTo")) ?? "INVALID",
    // Istio API: EnvoyConfigObjectMatch.context is ANY where it is not set.
    context: text(get(match, "context")) ?? "ANY",
    ...(operation !== undefined && { operation }),
    onProxy: isPresent(get(match, "proxy")),
    ...(listener && { listener }),
    ...(cluster && { cluster }),
    ...(route && { route }),
    value: message(get(patch, "patch", "value")),
  };
}

function listenerMatch(field: Field) {
  const chain = get(field, "filterChain");
  const filter = optional(get(chain, "filter"), nameIn);
  const subFilter = optional(get(chain, "filter", "subFilter"), nameIn);
  return {
    ...named("name", text(get(field, "name"))),
    ...numbered("port", integer(get(field, "portNumber"))),
    ...numbered("destinationPort", integer(get(chain, "destinationPort"))),
    ...named("listenerFilter", text(get(field, "listenerFilter"))),
    ...(filter !== undefined && { filter }),
    ...(subFilter !== undefined && { subFilter }),
  };
}

function clusterMatch(field: Field) {
  return {
    ...named("name", text(get(field, "name"))),
    ...named("service", text(get(field, "service"))),
    ...named("subset", text(get(field, "subset"))),
    ...numbered("port", integer(get(field, "portNumber"))),
  };
}

function routeMatch(field: Field) {
  return {
    ...named("name", text(get(field, "name"))),
    ...numbered("port", integer(get(field, "portNumber"))),
    ...named("virtualHost", text(get(field, "vhost", "name"))),
    ...named("domain", text(get(field, "vhost", "domainName"))),
  };
}

function nameIn(field: Field): string {
  return text(get(field, "name")) ?? "";
}

/** Istio takes "" and 0 for absent. */
function named<Key extends string>(key: Key, value: string | undefined): { readonly [K in Key]?: string } {
  return value === undefined || value === "" ? {} : ({ [key]: value } as { readonly [K in Key]: string });
}

function numbered<Key extends string>(key: Key, value: number | undefined): { readonly [K in Key]?: number } {
  return value === undefined || value === 0 ? {} : ({ [key]: value } as { readonly [K in Key]: number });
}

/** A message of Envoy is a map: of a value of another shape nothing is known. */
function message(field: Field): unknown {
  return isPresent(field) ? Object.fromEntries(entries(field).map(([key, entry]) => [key, json(entry)])) : undefined;
}

/** The value as it is, of any shape; parts of it that could not be read are noted and left out. */
function json(field: Field): unknown {
  if (!isPresent(field)) return undefined;
  if (Array.isArray(field.value)) return items(field).map(json);
  if (typeof field.value !== "object") return field.value;
  return Object.fromEntries(entries(field).map(([key, entry]) => [key, json(entry)]));
}
