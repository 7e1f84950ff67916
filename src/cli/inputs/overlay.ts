/** Manifests laid over others: an object that both define is as the upper ones say. */
import { isObserved, objectKey } from "../../analysis/alternatives.ts";
import { type ManifestFile, objectsOf } from "../../analysis/manifest-file.ts";
import type { Resource } from "../../mesh/resources/resource.ts";

/**
 * The files of both, those below without the objects that are replaced. What a server recorded of such an object stays:
 * it tells the age of what is applied over it.
 */
export function overlaid(below: readonly ManifestFile[], above: readonly ManifestFile[]): readonly ManifestFile[] {
  const uris = new Set(above.map(({ uri }) => uri));
  const upper = new Map(above.flatMap(objectsOf).map((object) => [objectKey(object), object]));
  const stays = (object: Resource) => {
    const by = upper.get(objectKey(object));
    return by === undefined || (isObserved(object) && !isObserved(by));
  };
  const rest = below.filter(({ uri }) => !uris.has(uri)).map((file) => withOnly(file, stays));
  return [...rest, ...above].toSorted((a, b) => (a.uri < b.uri ? -1 : 1));
}

function withOnly(file: ManifestFile, stays: (object: Resource) => boolean): ManifestFile {
  if (objectsOf(file).every(stays)) return file;
  const documents = file.manifest.documents.map((document) => ({
    ...document,
    resources: document.resources.filter(stays),
  }));
  return { ...file, manifest: { ...file.manifest, documents } };
}
