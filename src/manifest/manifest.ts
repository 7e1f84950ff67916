/** What reading one YAML file gives: the objects that could be understood, and what is wrong, with offsets. */
import type { Pointer } from "../mesh/resources/meta.ts";
import type { Resource } from "../mesh/resources/resource.ts";
import type { DocumentContent } from "./document-cache.ts";
import type { ManifestProblem, Span } from "./problem.ts";

export interface JsonObject {
  /** From the root of the document to the object: `/items/3` in a List. */
  readonly pointer: Pointer;
  readonly value: unknown;
}

/** A document, or an item of a List that is too long to be read as one. */
export interface ManifestDocument {
  /** 0-based index in the file. */
  readonly index: number;
  readonly span: Span;
  /** Has template actions: what was understood is not what will be applied. */
  readonly templated: boolean;
  readonly resources: readonly Resource[];
  readonly problems: readonly ManifestProblem[];
  /** What its JSON and the places of its fields are read from (`content.ts`), as long as its text and its place stay. */
  readonly content: DocumentContent;
}

export interface Manifest {
  readonly uri: string;
  readonly documents: readonly ManifestDocument[];
}
