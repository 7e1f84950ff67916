/** What the server offers: groups, versions and resources, aggregated and in the older form. */
import { apiVersionOf, type Kind, type Kinds, type Subresource, type Version } from "../kinds/kind.ts";
import type { JsonMap } from "../object.ts";

interface Group {
  readonly name: string;
  readonly versions: readonly string[];
}

/** In the order of the kinds; the core group first. */
export function groupsOf(kinds: Kinds): readonly Group[] {
  const groups = new Map<string, Set<string>>();
  for (const { group, versions } of kinds.all()) {
    const known = groups.get(group) ?? new Set<string>();
    groups.set(group, known);
    for (const { name, served } of versions) if (served) known.add(name);
  }
  return [...groups]
    .map(([name, versions]) => ({ name, versions: [...versions].sort(byPreference) }))
    .filter(({ versions }) => versions.length > 0);
}

function byPreference(a: string, b: string): number {
  const rank = (name: string) => {
    const [, major = "0", stage = "", minor = "0"] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(name) ?? [];
    return (stage === "" ? 3 : stage === "beta" ? 2 : 1) * 1e6 + Number(major) * 1e3 + Number(minor);
  };
  return rank(b) - rank(a);
}

/** Kinds of a group that serve the version, sorted as the server lists them. */
export function kindsOf(kinds: Kinds, group: string, version: string): readonly (readonly [Kind, Version])[] {
  const found = kinds.all().flatMap((kind): readonly (readonly [Kind, Version])[] => {
    const served =
      kind.group === group ? kind.versions.find(({ name, served: is }) => is && name === version) : undefined;
    return served === undefined ? [] : [[kind, served]];
  });
  return found.toSorted(([a], [b]) => (a.plural < b.plural ? -1 : 1));
}

const gvk = (kind: Kind, version: string): JsonMap => ({ group: kind.group, version, kind: kind.kind });

/** `/api` or `/apis` as one answer. */
export function aggregated(kinds: Kinds, core: boolean): JsonMap {
  const items = groupsOf(kinds)
    .filter(({ name }) => (name === "") === core)
    .map(({ name, versions }) => ({
      metadata: { ...(core ? {} : { name }), creationTimestamp: null },
      versions: versions.map((version) => ({
        version,
        resources: kindsOf(kinds, name, version).map(([kind]) => resource(kind, version)),
        freshness: "Current",
      })),
    }));
  return { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", metadata: {}, items };
}

function resource(kind: Kind, version: string): JsonMap {
  return {
    resource: kind.plural,
    responseKind: gvk(kind, version),
    scope: kind.namespaced ? "Namespaced" : "Cluster",
    singularResource: kind.singular,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories.length > 0 ? { categories: kind.categories } : {}),
    ...(kind.subresources.length > 0
      ? { subresources: kind.subresources.map((each) => subresource(kind, version, each)) }
      : {}),
  };
}

function subresource(kind: Kind, version: string, each: Subresource): JsonMap {
  const responseKind =
    each.kind === undefined
      ? gvk(kind, version)
      : { group: each.group ?? "", version: each.version ?? "v1", kind: each.kind };
  return { subresource: each.name, responseKind, verbs: each.verbs };
}

export function apiVersions(host: string): JsonMap {
  const serverAddressByClientCIDRs = [{ clientCIDR: "0.0.0.0/0", serverAddress: host }];
  return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs };
}

export function groupList(kinds: Kinds): JsonMap {
  const groups = groupsOf(kinds)
    .filter(({ name }) => name !== "")
    .map(groupBody);
  return { kind: "APIGroupList", apiVersion: "v1", groups };
}

export function apiGroup(kinds: Kinds, name: string): JsonMap | undefined {
  const group = groupsOf(kinds).find((each) => each.name === name);
  return group === undefined || name === "" ? undefined : { kind: "APIGroup", apiVersion: "v1", ...groupBody(group) };
}

function groupBody({ name, versions }: Group): JsonMap {
  const all = versions.map((version) => ({ groupVersion: apiVersionOf(name, version), version }));
  return { name, versions: all, ...(all[0] === undefined ? {} : { preferredVersion: all[0] }) };
}

export function resourceList(kinds: Kinds, group: string, version: string): JsonMap | undefined {
  const all = kindsOf(kinds, group, version);
  if (all.length === 0 && !groupsOf(kinds).some(({ name, versions }) => name === group && versions.includes(version)))
    return undefined;
  const resources = all.flatMap(([kind]) => [plain(kind), ...kind.subresources.map((each) => plainSub(kind, each))]);
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion: apiVersionOf(group, version), resources };
}

function plain(kind: Kind): JsonMap {
  return {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories.length > 0 ? { categories: kind.categories } : {}),
  };
}

function plainSub(kind: Kind, { name, kind: own, group, version, verbs }: Subresource): JsonMap {
  const foreign = own === undefined ? {} : { group: group ?? "", version: version ?? "v1" };
  return {
    name: `${kind.plural}/${name}`,
    singularName: "",
    namespaced: kind.namespaced,
    ...foreign,
    kind: own ?? kind.kind,
    verbs,
  };
}
