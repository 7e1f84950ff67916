/** What a file's views are made from. The analysis worker fills it; views only read. */
import type { Manifest, ManifestDocument } from "../manifest/manifest.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { Meta, Pointer } from "../mesh/resources/meta.ts";
import type { Resource } from "../mesh/resources/resource.ts";
import type { Location } from "./place.ts";
import type { Severity } from "./problem.ts";

export interface FileInput {
  readonly uri: string;
  readonly manifest: Manifest;
  /** The mesh in which this file is judged: the workspace with this file's own version of each object. */
  readonly mesh: Mesh;
  /** Objects of this file, in its order. */
  readonly objects: readonly Resource[];
  /** Objects of this file that other files define too, with those others. */
  readonly alternatives: readonly { readonly object: Resource; readonly others: readonly Meta[] }[];
  /** Objects of this file of which an observed state is in the files, with that. */
  readonly live: readonly { readonly object: Resource; readonly version: Resource }[];
  readonly locate: Locate;
  /** Severities by code that a person set instead of the checks' own. */
  readonly severities?: Readonly<Record<string, Severity | "off">>;
  /** Current text of any file of the workspace. */
  readonly text: (uri: string) => string | undefined;
  /** The YAML document that an object was read from. Undefined for objects that are in no file. */
  readonly document: (object: Meta) => ManifestDocument | undefined;
}

/**
 * The place of a field of any object of the workspace.
 * `key` and `value` are the two sides of a mapping entry, `entry` both. Falls back to the nearest field that exists.
 * Undefined for objects that are in no file.
 */
export type Locate = (object: Meta, pointer: Pointer, part: "key" | "value" | "entry") => Location | undefined;
