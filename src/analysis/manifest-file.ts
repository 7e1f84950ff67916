import type { Manifest } from "../manifest/manifest.ts";
import type { Resource } from "../mesh/resources/resource.ts";

/** A file as it was read. */
export interface ManifestFile {
  readonly uri: string;
  readonly text: string;
  readonly manifest: Manifest;
}

/** In the order of the text. */
export function objectsOf({ manifest }: ManifestFile): readonly Resource[] {
  return manifest.documents.flatMap(({ resources }) => resources);
}
