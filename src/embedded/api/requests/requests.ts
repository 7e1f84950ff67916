/** The API server's behaviour behind one interface: requests, and what they set off among other objects. */
import { isMap, mapOf } from "../json.ts";
import type { Kind, Kinds } from "../kinds/kind.ts";
import type { KubernetesObject } from "../object.ts";
import type { Mutator, Resources, Validator } from "../resources.ts";
import type { Store, WatchEvent } from "../store/store.ts";
import { builtIn, type Context } from "./context.ts";
import { createObject } from "./create.ts";
import { deleteObject } from "./delete.ts";
import { definitionChanged } from "./effects/definitions.ts";
import { createGarbage } from "./effects/garbage.ts";
import { endNamespace } from "./effects/namespaces.ts";
import { patchObject } from "./patch.ts";
import { notFound } from "./refusals.ts";
import { writeScale } from "./scale.ts";
import { updateObject } from "./update.ts";

export interface ResourcesOptions {
  readonly store: Store;
  readonly kinds: Kinds;
  readonly mutators?: readonly Mutator[];
  readonly validators?: readonly Validator[];
  now?(): number;
}

export interface OwnedResources extends Resources {
  /** Ends what follows the store. */
  close(): void;
}

export function createResources(options: ResourcesOptions): OwnedResources {
  const { store, kinds, mutators = [], validators = [], now = Date.now } = options;
  const context: Context = { store, kinds, mutators, validators, now };
  const follower = follow(context);
  const watched = <T>(act: () => T): T => {
    follower.refresh();
    return act();
  };
  return {
    get(kind, key) {
      const found = store.get(kind, key);
      if (!found) throw notFound(kind, key.name);
      return found;
    },
    find: (kind, key) => store.get(kind, key),
    list: (kind, namespace) => store.list(kind, namespace),
    create: (kind, namespace, object, write = {}) =>
      watched(() => createObject(context, kind, namespace, object, write)),
    update: (kind, key, object, write = {}) =>
      watched(() =>
        write.subresource === "scale"
          ? writeScale(context, kind, key, object, write)
          : updateObject(context, kind, key, object, write),
      ),
    patch: (kind, key, patch, write = {}) => watched(() => patchObject(context, kind, key, patch, write)),
    delete: (kind, key, asked = {}) => watched(() => deleteObject(context, kind, key, asked)),
    watch(kind, listener) {
      const stop = store.watch(kind, listener);
      return stop === "expired" ? () => undefined : stop;
    },
    close: follower.close,
  };
}

/** Every kind is followed, so that owners, namespaces and definitions have their effect. */
function follow(context: Context) {
  const garbage = createGarbage(context);
  const stops = new Map<string, () => void>();
  const ending = new Set<string>();
  let timer: NodeJS.Immediate | undefined;

  function later(namespace: string): void {
    ending.add(namespace);
    timer ??= setImmediate(() => {
      timer = undefined;
      const names = [...ending];
      ending.clear();
      for (const name of names) endNamespace(context, name);
    });
  }

  function changed(kind: Kind, event: WatchEvent): void {
    if (event.type === "BOOKMARK") return;
    definitionChanged(context, kind, event);
    garbage.changed(kind, event);
    const { metadata } = event.object;
    const { namespace } = metadata;
    if (kind.group === "" && kind.kind === "Namespace" && metadata.deletionTimestamp !== undefined)
      later(metadata.name);
    if (namespace !== undefined && metadata.deletionTimestamp !== undefined && isEnding(context, namespace))
      later(namespace);
    if (namespace !== undefined && event.type === "DELETED" && isEnding(context, namespace)) later(namespace);
    refresh();
  }

  function refresh(): void {
    for (const kind of context.kinds.all()) {
      const id = `${kind.group}/${kind.kind}`;
      if (stops.has(id)) continue;
      // What a load of the store brought counts as news.
      const stop = context.store.watch(kind, (event) =>
        changed(context.kinds.byKind(kind.group, kind.kind) ?? kind, event),
      );
      stops.set(id, stop === "expired" ? () => undefined : stop);
      for (const object of context.store.list(kind)) changed(kind, { type: "ADDED", object });
    }
  }

  refresh();
  return {
    refresh,
    close() {
      for (const stop of stops.values()) stop();
      if (timer) clearImmediate(timer);
      timer = undefined;
    },
  };
}

function isEnding(context: Context, name: string): boolean {
  const namespace: KubernetesObject | undefined = context.store.get(builtIn(context, "", "namespaces"), { name });
  return isMap(namespace) && mapOf(namespace.metadata).deletionTimestamp !== undefined;
}
