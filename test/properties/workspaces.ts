/**
 * Workspaces at random, and edits of them: two meshes side by side whose workloads call into both, a few kinds a file.
 * What is put in the place of a document comes from another workspace, so that names meet again.
 */
import fc from "fast-check";
import { type Document, meshes } from "./generator.ts";
import { surroundings } from "./surroundings.ts";

/** Documents by path, without the empty ones. */
export type World = ReadonlyMap<string, readonly Document[]>;

const HOSTS = ["one.shop", "two.shop", "one.legacy", "one.pay", "two.pay", "two.ship", "one"];

const SCHEMES = ["http", "http", "tcp", "https"];

function url(scheme: string, host: string): string {
  return `${scheme}://${host}${host.includes(".") ? ".svc.cluster.local" : ""}:80`;
}

const urls = fc
  .subarray(HOSTS, { maxLength: 2 })
  .chain((hosts) => fc.tuple(...hosts.map((host) => fc.constantFrom(...SCHEMES).map((scheme) => url(scheme, host)))));

const FILES: Readonly<Record<string, string>> = {
  Deployment: "work",
  StatefulSet: "work",
  Service: "work",
  Pod: "pods",
  PeerAuthentication: "policies",
  Namespace: "policies",
};

function pathOf({ kind, metadata: { name, namespace = name } }: Document): string {
  return `${namespace}/${FILES[kind] ?? "rules"}.yaml`;
}

/** The same mesh in other namespaces, and at other addresses. */
function beside(documents: readonly Document[]): readonly Document[] {
  const text = JSON.stringify(documents)
    .replaceAll(/"shop"/g, '"pay"')
    .replaceAll(/"legacy"/g, '"ship"')
    .replaceAll('"10.1.', '"10.2.')
    .replaceAll(".shop", ".pay")
    .replaceAll('"policy-', '"other-policy-');
  return JSON.parse(text) as readonly Document[];
}

/** Deployments name hosts of all namespaces in their arguments, and routes lead into all of them. */
function calling(documents: readonly Document[], called: readonly (readonly string[])[]): readonly Document[] {
  return documents.map((document, index) => {
    const names = called[index % called.length] ?? [];
    const text = JSON.stringify(document)
      .replace('"image":"example/app"', `"image":"example/app","args":${JSON.stringify(names)}`)
      .replace('"destination":{"host":"two"', `"destination":{"host":"${hostOf(names[0]) ?? "two"}"`);
    return JSON.parse(text) as Document;
  });
}

function hostOf(url: string | undefined): string | undefined {
  return url?.replace(/^\w+:\/\//, "").slice(0, -":80".length);
}

/** What makes every edit one of everything is left out of most: a waypoint, a slice, a proxy that only sends to what it knows. */
function plain(documents: readonly Document[]): readonly Document[] {
  const text = JSON.stringify(documents.filter(({ kind }) => kind !== "Gateway" && kind !== "EndpointSlice"));
  return JSON.parse(text.replaceAll('"router"', '"sidecar"').replaceAll("REGISTRY_ONLY", "ALLOW_ANY"));
}

const mesh = fc.tuple(meshes, surroundings).map((groups) => groups.flat());

export const worlds: fc.Arbitrary<World> = fc
  .tuple(mesh, mesh, fc.array(urls, { minLength: 1, maxLength: 6 }), fc.constantFrom(true, true, true, false))
  .map(([one, other, called, isPlain]) => {
    const documents = calling([...one, ...beside(other)], called);
    return Map.groupBy(isPlain ? plain(documents) : documents, pathOf);
  });

/** What becomes of one file: `from` is the workspace that new documents are of. */
export interface Edit {
  readonly from: World;
  readonly file: number;
  readonly place: number;
  readonly what: "all" | "one" | "drop" | "add" | "turn" | "remove";
}

export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    from: worlds,
    file: fc.nat(30),
    place: fc.nat(10),
    what: fc.constantFrom("all", "one", "one", "one", "drop", "add", "turn", "remove"),
  }),
  { minLength: 1, maxLength: 4 },
);

/** The path that the edit is of, and its documents afterwards: none where the file is removed. */
export function edited(world: World, { from, file, place, what }: Edit): readonly [string, readonly Document[]] {
  const paths = [...new Set([...world.keys(), ...from.keys()])].toSorted();
  const path = paths[file % paths.length] ?? "";
  const before = world.get(path) ?? [];
  const others = from.get(path) ?? [];
  const other = others[place % Math.max(1, others.length)];
  const index = place % Math.max(1, before.length);
  switch (what) {
    case "all":
      return [path, others];
    case "one":
      return [path, other === undefined ? before : before.toSpliced(index, 1, other)];
    case "drop":
      return [path, before.filter((_, each) => each !== index)];
    case "add":
      return [path, other === undefined ? before : [...before, other]];
    case "turn":
      return [path, before.toReversed()];
    case "remove":
      return [path, []];
  }
}
