/**
 * What every object has: its name, its labels, where it was read, and what of it could not be understood.
 * Pure data. Positions are not stored: a field is named by a JSON pointer, and the manifest index finds its place.
 */

export type Labels = Readonly<Record<string, string>>;

/** RFC 6901 pointer from the root of one object, such as `/spec/mtls/mode`. `""` is the object itself. */
export type Pointer = string;

/** Names one object of a snapshot. `namespace` is `""` for cluster-scoped kinds. */
export interface ResourceRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Where an object was read. `pointer` leads from the root of the YAML document to the object (`/items/3` in a List). */
export interface Source {
  readonly uri: string;
  /** 0-based index of the YAML document in the file. */
  readonly document: number;
  readonly pointer: Pointer;
}

/** A part of an object that could not be understood. What depends on it is unknown, never assumed. */
export interface Gap {
  readonly pointer: Pointer;
  readonly why: "templated" | "malformed" | "unfinished";
  /** One clause for people: `mode STRIKT is not a mode`. */
  readonly says: string;
}

/** A field that the API server would prune: it is not in the schema of the kind. */
export interface UnknownField {
  readonly pointer: Pointer;
  readonly key: string;
  /** The fields that the schema has at this place. */
  readonly known: readonly string[];
}

/** Where the namespace of an object came from. `assumed` is Kubernetes' `default`, chosen since nothing said otherwise. */
export type NamespaceOrigin = "manifest" | "kustomization" | "setting" | "assumed" | "cluster-scoped";

export interface Meta extends ResourceRef {
  readonly apiVersion: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** RFC 3339, second granularity, as the API server writes it. Absent for objects that no server has seen. */
  readonly created?: string;
  readonly owners: readonly Owner[];
  readonly namespaceFrom: NamespaceOrigin;
  readonly source: Source;
  readonly gaps: readonly Gap[];
  readonly unknownFields: readonly UnknownField[];
}

export interface Owner {
  readonly kind: string;
  readonly name: string;
}

export function sameRef(a: ResourceRef, b: ResourceRef): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

/** One string per object of a snapshot, usable as a map key. */
export function refKey(ref: ResourceRef): string {
  return `${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** Appends keys to a pointer, escaped as RFC 6901 asks. */
export function under(pointer: Pointer, ...keys: readonly (string | number)[]): Pointer {
  let at = pointer;
  for (const key of keys) at += `/${typeof key === "number" ? key : escaped(key)}`;
  return at;
}

function escaped(key: string): string {
  return key.includes("/") || key.includes("~") ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key;
}
