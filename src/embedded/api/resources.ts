/**
 * What the API server does with a request, without HTTP: names, defaults, admission, validation, generations, finalizers,
 * conflicts, cascades. The HTTP router and the controllers both come through here. All of it is synchronous, so that no two
 * writes interleave; a refusal is an ApiError.
 */
import type { Kind } from "./kinds/kind.ts";
import type { KubernetesObject, UntrustedObject } from "./object.ts";
import type { Key, WatchEvent } from "./store/store.ts";

export type FieldValidation = "Ignore" | "Warn" | "Strict";
export type PropagationPolicy = "Background" | "Foreground" | "Orphan";

export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  /** Unknown and repeated fields; absent is Warn. */
  readonly fieldValidation?: FieldValidation;
  /** Paths of fields that stand twice in the text of the request. */
  readonly repeated?: readonly string[];
  /** The version in which the request speaks; absent: that of the object. */
  readonly version?: string;
  readonly subresource?: "status" | "scale" | "ephemeralcontainers" | "binding";
  /** Collects `Warning:` headers. */
  warn?(text: string): void;
}

export type Patch =
  | { readonly type: "json"; readonly body: readonly unknown[] }
  | { readonly type: "merge" | "strategic"; readonly body: UntrustedObject }
  | { readonly type: "apply"; readonly body: UntrustedObject; readonly force: boolean };

export interface DeleteOptions {
  readonly propagation?: PropagationPolicy;
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export interface Resources {
  get(kind: Kind, key: Key): KubernetesObject;
  find(kind: Kind, key: Key): KubernetesObject | undefined;
  list(kind: Kind, namespace?: string): readonly KubernetesObject[];
  create(kind: Kind, namespace: string | undefined, object: UntrustedObject, options?: WriteOptions): KubernetesObject;
  update(kind: Kind, key: Key, object: UntrustedObject, options?: WriteOptions): KubernetesObject;
  /** Creates the object where it is an apply patch of one that is not there. */
  patch(kind: Kind, key: Key, patch: Patch, options?: WriteOptions): KubernetesObject;
  /** The object when it lingers (finalizers, grace), else undefined: it is gone. */
  delete(kind: Kind, key: Key, options?: DeleteOptions): KubernetesObject | undefined;
  watch(kind: Kind, listener: (event: WatchEvent) => void): () => void;
}

/** Asked before an object is stored. A mutator gives the object to go on with; a validator throws an ApiError to refuse it. */
export interface AdmissionRequest {
  readonly kind: Kind;
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  readonly object: KubernetesObject;
  readonly before?: KubernetesObject;
  readonly subresource?: string;
  readonly dryRun: boolean;
  warn(text: string): void;
}
export type Mutator = (request: AdmissionRequest) => KubernetesObject;
export type Validator = (request: AdmissionRequest) => void;
