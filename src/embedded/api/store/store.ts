/**
 * The objects of the mesh, in memory, by kind and key; every write has a resourceVersion of one global sequence and is told
 * to watchers in order. Knows no HTTP, no rules of kinds, no admission: that is `resources`.
 */
import type { Kind } from "../kinds/kind.ts";
import type { KubernetesObject } from "../object.ts";

export interface Key {
  readonly namespace?: string;
  readonly name: string;
}

export type WatchEvent =
  | {
      readonly type: "ADDED" | "MODIFIED" | "DELETED";
      readonly object: KubernetesObject;
      readonly before?: KubernetesObject;
    }
  /** Nothing before this resourceVersion is still to come. */
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string };

export interface Store {
  /** The newest resourceVersion that was given. */
  revision(): string;
  get(kind: Kind, key: Key): KubernetesObject | undefined;
  /** Sorted as etcd sorts keys: `<namespace>/<name>` bytewise. Without a namespace: of all. */
  list(kind: Kind, namespace?: string): readonly KubernetesObject[];
  /** Stores the object under a new resourceVersion, which the answer carries. */
  put(kind: Kind, object: KubernetesObject): KubernetesObject;
  /** Removes it; the event carries a new resourceVersion. */
  remove(kind: Kind, key: Key): KubernetesObject | undefined;
  /**
   * Tells every change of the kind after `since` (absent: from now on), synchronously, in order. `expired` when `since` is
   * older than what is remembered.
   */
  watch(kind: Kind, listener: (event: WatchEvent) => void, since?: string): (() => void) | "expired";
  /** For a reload of the window: everything that is stored, and the sequence. */
  dump(): StoreDump;
  load(dump: StoreDump): void;
}

export interface StoreDump {
  readonly revision: string;
  readonly objects: readonly KubernetesObject[];
}
