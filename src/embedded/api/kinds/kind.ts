/** A kind is data: the router, discovery, tables and validation read it, and a CRD of the user's adds one at run time. */
import type { JsonMap, KubernetesObject } from "../object.ts";

export type Verb = "create" | "delete" | "deletecollection" | "get" | "list" | "patch" | "update" | "watch";

export interface Subresource {
  /** `status`, `scale`, `log`, `exec`, `portforward`, `proxy`, `binding`, `eviction`, `token`, `ephemeralcontainers`, … */
  readonly name: string;
  /** What the subresource's body is, where it is not the kind itself: `Scale` of `autoscaling/v1`. */
  readonly kind?: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly Verb[];
}

export interface PrinterColumn {
  readonly name: string;
  readonly type: "boolean" | "date" | "integer" | "number" | "string";
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: number;
  /** The cell of an object; `now` in milliseconds. */
  cell(object: KubernetesObject, now: number): string | number | boolean | null;
}

export interface Version {
  readonly name: string;
  readonly served: boolean;
  /** Objects that come in this version; conversion between versions changes `apiVersion` only. */
  readonly columns: readonly PrinterColumn[];
  /** OpenAPI v3 schema with the `x-kubernetes-*` extensions; absent where any field is accepted. */
  readonly schema?: JsonMap;
}

export interface Kind {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** `all`, `istio-io`, … */
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly subresources: readonly Subresource[];
  /** In the order of preference. */
  readonly versions: readonly Version[];
  readonly storageVersion: string;
  /** Built-in kinds take strategic merge patches and have defaults; those of a CRD do not. */
  readonly origin: "built-in" | "crd";
}

/** `pods`, `deployments.apps`: unique among kinds, and what error messages call them. */
export function resourceName({ plural, group }: Pick<Kind, "plural" | "group">): string {
  return group === "" ? plural : `${plural}.${group}`;
}

export function apiVersionOf(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}

/** All kinds that are served now. */
export interface Kinds {
  all(): readonly Kind[];
  byResource(group: string, plural: string): Kind | undefined;
  byKind(group: string, kind: string): Kind | undefined;
  /** Adds or replaces a kind: a CustomResourceDefinition was established or changed. */
  define(kind: Kind): void;
  remove(group: string, plural: string): void;
}
