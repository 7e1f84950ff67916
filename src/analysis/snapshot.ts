/**
 * Everything known at one revision, and what each file's views are made from. Files that define the same object are
 * judged each in a mesh of its own; all others share one.
 */

import type { Manifest } from "../manifest/manifest.ts";
import { buildMesh, type Stated } from "../mesh/build.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { Meta } from "../mesh/resources/meta.ts";
import type { Resource } from "../mesh/resources/resource.ts";
import type { FileInput } from "../view/input.ts";
import { choose, liveOf, objectKey, othersOf, type Versions, versionsOf } from "./alternatives.ts";
import { locateIn } from "./locate.ts";

export interface ManifestFile {
  readonly uri: string;
  readonly text: string;
  readonly manifest: Manifest;
}

export interface Snapshot {
  inputOf(uri: string): FileInput | undefined;
}

/** Invariant: the order of `files` is that of their names, whatever order they were read in. */
export function takeSnapshot(
  files: readonly ManifestFile[],
  stated: Stated,
  severities: NonNullable<FileInput["severities"]> = {},
): Snapshot {
  const byUri = new Map(files.map((file) => [file.uri, file]));
  const fileObjects = files.map((file) => ({
    uri: file.uri,
    objects: file.manifest.documents.flatMap((document) => document.resources),
  }));
  const objectsByUri = new Map(fileObjects.map((file) => [file.uri, file.objects]));
  const versions = versionsOf(fileObjects);
  const aged = keepingAge(versions);
  const meshes = meshesOf(
    fileObjects.flatMap((file) => file.objects),
    versions.values(),
    (chosen) => buildMesh(chosen.map(aged), stated),
  );
  const shared = {
    severities,
    text: (uri: string) => byUri.get(uri)?.text,
    document: ({ source }: Meta) => byUri.get(source.uri)?.manifest.documents[source.document],
  };
  const locate = locateIn(shared);

  return {
    inputOf(uri) {
      const file = byUri.get(uri);
      const objects = objectsByUri.get(uri);
      if (file === undefined || objects === undefined) return undefined;
      const alternatives = objects
        .map((object) => ({ object, others: othersOf(object, versions.get(objectKey(object)) ?? new Map()) }))
        .filter(({ others }) => others.length > 0);
      const live = objects.flatMap((object) => {
        const version = liveOf(object, versions.get(objectKey(object)) ?? new Map());
        return version === undefined ? [] : [{ object, version }];
      });
      const { manifest } = file;
      return { uri, manifest, mesh: meshes(uri), objects: objects.map(aged), alternatives, live, locate, ...shared };
    },
  };
}

/** An object that is applied again keeps the time at which it was created, and with it its rank among others. */
function keepingAge(versions: ReadonlyMap<string, Versions>): (object: Resource) => Resource {
  const aged = new Map<Resource, Resource>();
  for (const of of versions.values()) {
    const created = [...of.values()].find((object) => object.created !== undefined)?.created;
    if (created === undefined) continue;
    for (const object of of.values()) if (object.created === undefined) aged.set(object, { ...object, created });
  }
  return (object) => aged.get(object) ?? object;
}

/** The mesh in which a file is judged; built when first asked for, once per set of chosen versions. */
function meshesOf(
  objects: readonly Resource[],
  versions: Iterable<Versions>,
  build: (chosen: readonly Resource[]) => Mesh,
): (judged: string) => Mesh {
  const single = new Set<Resource>();
  const several: Versions[] = [];
  for (const of of versions) {
    if (of.size > 1) several.push(of);
    else for (const only of of.values()) single.add(only);
  }
  const built = new Map<string, Mesh>();
  return (judged) => {
    const chosen = several.flatMap((of) => choose(of, judged) ?? []);
    const signature = chosen.map((object) => object.source.uri).join("\n");
    const counts = new Set(chosen);
    const mesh = built.get(signature) ?? build(objects.filter((object) => single.has(object) || counts.has(object)));
    built.set(signature, mesh);
    return mesh;
  };
}
