import type { Manifest } from "../manifest/manifest.ts";

/** A file as it was read. */
export interface ManifestFile {
  readonly uri: string;
  readonly text: string;
  readonly manifest: Manifest;
}
