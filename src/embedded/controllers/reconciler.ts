/**
 * The loop of a controller: watches name objects to look at, each is looked at once however often it was named, and again
 * when somebody else changed it meanwhile.
 */
import type { Kind } from "../api/kinds/kind.ts";
import type { KubernetesObject } from "../api/object.ts";
import { ApiError } from "../api/status.ts";
import type { Key } from "../api/store/store.ts";
import type { Cluster } from "./cluster.ts";

export interface Controller {
  readonly name: string;
  /** What it looks after. */
  readonly kind: Kind;
  /** Other kinds whose changes concern it, and which of its objects they concern. */
  readonly watches: readonly Watched[];
  /** Makes the world fit the object. A number is the time in ms after which to look again. */
  reconcile(object: KubernetesObject): number | undefined;
  /** The object is gone. */
  gone?(object: KubernetesObject): void;
}

export interface Watched {
  readonly kind: Kind;
  concerns(object: KubernetesObject, before: KubernetesObject | undefined): readonly Key[];
}

/** After a refusal or an error the object is looked at again: at first soon, then less and less often. */
const RETRY_MS = { first: 20, last: 10_000 };

/** Runs until what it answers is called. */
export function runController(cluster: Cluster, controller: Controller): () => void {
  const waiting = new Map<string, Key>();
  const timers = new Map<string, NodeJS.Timeout>();
  const failures = new Map<string, number>();
  let turn: NodeJS.Immediate | undefined;

  const enqueue = (key: Key) => {
    waiting.set(textOf(key), key);
    turn ??= setImmediate(work);
  };
  const later = (key: Key, ms: number) => {
    clearTimeout(timers.get(textOf(key)));
    timers.set(
      textOf(key),
      setTimeout(() => enqueue(key), ms),
    );
  };
  const work = () => {
    turn = undefined;
    const keys = [...waiting.values()];
    waiting.clear();
    for (const key of keys) {
      const again = look(cluster, controller, key);
      const failed = again === "failed" ? (failures.get(textOf(key)) ?? 0) + 1 : 0;
      if (failed === 0) failures.delete(textOf(key));
      else failures.set(textOf(key), failed);
      if (again === "failed") later(key, Math.min(RETRY_MS.first * 2 ** (failed - 1), RETRY_MS.last));
      else if (again !== undefined) later(key, again);
    }
  };

  const stops = [
    cluster.resources.watch(controller.kind, (event) => {
      if (event.type === "BOOKMARK") return;
      if (event.type === "DELETED") controller.gone?.(event.object);
      enqueue(named(event.object));
    }),
    ...controller.watches.map(({ kind, concerns }) =>
      cluster.resources.watch(kind, (event) => {
        if (event.type !== "BOOKMARK") for (const key of concerns(event.object, event.before)) enqueue(key);
      }),
    ),
  ];
  for (const object of cluster.resources.list(controller.kind)) enqueue(named(object));
  return () => {
    for (const stop of stops) stop();
    for (const timer of timers.values()) clearTimeout(timer);
    clearImmediate(turn);
  };
}

function look(cluster: Cluster, controller: Controller, key: Key): number | "failed" | undefined {
  const object = cluster.resources.find(controller.kind, key);
  if (object === undefined) return undefined;
  try {
    return controller.reconcile(object);
  } catch (error) {
    if (!(error instanceof ApiError)) cluster.failed(error instanceof Error ? error : new Error(String(error)));
    return "failed";
  }
}

function named({ metadata: { namespace, name } }: KubernetesObject): Key {
  return namespace === undefined ? { name } : { namespace, name };
}

function textOf({ namespace = "", name }: Key): string {
  return `${namespace}/${name}`;
}
