/** The store in memory. Watchers are told in the order of the writes, also of those that a watcher makes. */
import type { Kind } from "../kinds/kind.ts";
import type { KubernetesObject } from "../object.ts";
import type { Key, Store, StoreDump, WatchEvent } from "./store.ts";

/** How many events of a kind a watch can go back. */
const REMEMBERED = 1000;
/** Low numbers are those of a past that nobody remembers. */
const FIRST_REVISION = 1000;

type Listener = (event: WatchEvent) => void;
interface Past {
  readonly revision: number;
  readonly event: WatchEvent;
}
interface Table {
  readonly objects: Map<string, KubernetesObject>;
  /** Absent after a change of keys. */
  sorted: readonly KubernetesObject[] | undefined;
  past: Past[];
  /** Events up to this one are forgotten. */
  forgotten: number;
  readonly listeners: Set<Listener>;
}

/** The tables with what is still to be told. */
interface State {
  readonly tables: Map<string, Table>;
  readonly untold: (() => void)[];
  telling: boolean;
  revision: number;
  /** Where the memory of tables begins. */
  start: number;
}

export function createStore(): Store {
  const state: State = {
    tables: new Map(),
    untold: [],
    telling: false,
    revision: FIRST_REVISION,
    start: FIRST_REVISION,
  };
  return {
    revision: () => String(state.revision),
    get: (kind, key) => state.tables.get(idOf(kind))?.objects.get(keyOf(key)),
    list(kind, namespace) {
      const table = tableOf(state, idOf(kind));
      table.sorted ??= sorted(table.objects);
      const all = table.sorted;
      return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
    },
    put: (kind, object) => put(state, kind, object),
    remove: (kind, key) => remove(state, kind, key),
    watch: (kind, listener, since) => watch(state, kind, listener, since),
    dump: () => ({
      revision: String(state.revision),
      objects: [...state.tables.values()].flatMap(({ objects }) => [...objects.values()]),
    }),
    load: (dump) => load(state, dump),
  };
}

function tableOf({ tables, start }: State, id: string): Table {
  const known = tables.get(id);
  if (known) return known;
  const table: Table = { objects: new Map(), sorted: undefined, past: [], forgotten: start, listeners: new Set() };
  tables.set(id, table);
  return table;
}

function put(state: State, kind: Kind, object: KubernetesObject): KubernetesObject {
  const table = tableOf(state, idOf(kind));
  const key = keyOf(object.metadata);
  const before = table.objects.get(key);
  state.revision++;
  const stored = withRevision(object, state.revision);
  table.objects.set(key, stored);
  table.sorted = undefined;
  tell(state, table, before ? { type: "MODIFIED", object: stored, before } : { type: "ADDED", object: stored });
  return stored;
}

function remove(state: State, kind: Kind, key: Key): KubernetesObject | undefined {
  const table = tableOf(state, idOf(kind));
  const before = table.objects.get(keyOf(key));
  if (!before) return undefined;
  state.revision++;
  const object = withRevision(before, state.revision);
  table.objects.delete(keyOf(key));
  table.sorted = undefined;
  tell(state, table, { type: "DELETED", object, before });
  return object;
}

function tell(state: State, table: Table, event: WatchEvent): void {
  table.past.push({ revision: state.revision, event });
  // Twice as many are kept before the older half is dropped at once.
  if (table.past.length >= 2 * REMEMBERED) {
    table.forgotten = table.past[REMEMBERED - 1]?.revision ?? table.forgotten;
    table.past = table.past.slice(REMEMBERED);
  }
  for (const listener of table.listeners) state.untold.push(() => table.listeners.has(listener) && listener(event));
  drain(state);
}

/** A watcher that writes gets its own event after all have seen the one that it was told of. */
function drain(state: State): void {
  if (state.telling) return;
  state.telling = true;
  try {
    for (let next = state.untold.shift(); next; next = state.untold.shift()) next();
  } finally {
    state.telling = false;
  }
}

function watch(state: State, kind: Kind, listener: Listener, since?: string): (() => void) | "expired" {
  const table = tableOf(state, idOf(kind));
  const after = since === undefined ? state.revision : Number(since);
  if (after < table.forgotten) return "expired";
  // A wrapper of its own, so that one function may watch twice.
  const own: Listener = (event) => listener(event);
  for (const past of table.past) {
    if (past.revision > after) state.untold.push(() => table.listeners.has(own) && own(past.event));
  }
  table.listeners.add(own);
  drain(state);
  return () => table.listeners.delete(own);
}

function load(state: State, dump: StoreDump): void {
  state.tables.clear();
  state.revision = Number(dump.revision);
  state.start = state.revision;
  for (const object of dump.objects) {
    const group = object.apiVersion.includes("/") ? (object.apiVersion.split("/")[0] ?? "") : "";
    tableOf(state, `${group}/${object.kind}`).objects.set(keyOf(object.metadata), object);
  }
}

function idOf({ group, kind }: Kind): string {
  return `${group}/${kind}`;
}

function keyOf({ namespace, name }: Key): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function sorted(objects: ReadonlyMap<string, KubernetesObject>): readonly KubernetesObject[] {
  const keys = [...objects.keys()].sort((a, b) => (a < b ? -1 : 1));
  return keys.flatMap((key) => objects.get(key) ?? []);
}

function withRevision(object: KubernetesObject, revision: number): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}
