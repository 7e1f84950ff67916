/**
 * Which of the wanted kinds a server has, and in which version: v1 where it is served, else the server's own preference.
 * A kind that is not served is a fact about the cluster, not an error.
 */
import type { Api } from "../api/api.ts";
import { ApiFailure } from "../api/failure.ts";
import { WANTED_KINDS, type WantedKind } from "./kinds.ts";
import type { Resource } from "./resource.ts";

/** `undefined`: not served. */
export type Discovered = ReadonlyMap<WantedKind, Resource | undefined>;

export async function discover(api: Api, signal: AbortSignal): Promise<Discovered> {
  try {
    const groups = versionsByGroup(await api.read("/apis", signal));
    const served = await Promise.all([...wantedGroups()].map((group) => servedIn(api, group, groups, signal)));
    const byKind = new Map(served.flat());
    return new Map(WANTED_KINDS.map((wanted) => [wanted, byKind.get(wanted)]));
  } catch (error) {
    // Whoever may not ask what is served still finds out by asking for it.
    if (!(error instanceof ApiFailure) || error.code !== "forbidden") throw error;
    return new Map(WANTED_KINDS.map((wanted) => [wanted, resourceOf(wanted, "v1")]));
  }
}

function wantedGroups(): ReadonlySet<string> {
  return new Set(WANTED_KINDS.map(({ group }) => group));
}

async function servedIn(
  api: Api,
  group: string,
  groups: ReadonlyMap<string, readonly string[]>,
  signal: AbortSignal,
): Promise<readonly (readonly [WantedKind, Resource])[]> {
  const versions = group === "" ? ["v1"] : (groups.get(group) ?? []);
  const kinds = await Promise.all(
    versions.map(async (version) => ({ version, served: await readableKinds(api, group, version, signal) })),
  );
  return WANTED_KINDS.filter((wanted) => wanted.group === group).flatMap((wanted) => {
    const version = kinds.find(({ served }) => served.has(wanted.plural))?.version;
    return version === undefined ? [] : [[wanted, resourceOf(wanted, version)] as const];
  });
}

/** Versions by group, v1 before the order in which the server prefers them. */
function versionsByGroup(body: unknown): ReadonlyMap<string, readonly string[]> {
  const { groups } = (body ?? {}) as { readonly groups?: unknown };
  if (!Array.isArray(groups)) throw new ApiFailure("malformed", "GET /apis: the answer is no list of groups.");
  return new Map(
    groups.map(({ name, versions }: { readonly name: string; readonly versions?: readonly { version: string }[] }) => {
      const all = (versions ?? []).map(({ version }) => version);
      return [name, [...all.filter((version) => version === "v1"), ...all.filter((version) => version !== "v1")]];
    }),
  );
}

/** Plural names of what can be listed and watched. */
async function readableKinds(
  api: Api,
  group: string,
  version: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  try {
    const { resources } = (await api.read(path, signal)) as { readonly resources?: unknown };
    if (!Array.isArray(resources)) throw new ApiFailure("malformed", `GET ${path}: the answer is no list of kinds.`);
    return new Set(
      resources
        .filter(({ verbs }) => Array.isArray(verbs) && verbs.includes("list") && verbs.includes("watch"))
        .map(({ name }) => String(name)),
    );
  } catch (error) {
    // A definition that went away between the two requests.
    if (error instanceof ApiFailure && error.code === "absent") return new Set();
    throw error;
  }
}

function resourceOf({ group, kind, plural, namespaced }: WantedKind, version: string): Resource {
  return { group, kind, plural, namespaced, version };
}
