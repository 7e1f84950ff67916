/** A connection in a test: what it told, as whoever listens would hold it; and waiting for what it comes to. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Connection } from "../../../src/cluster/connection.ts";
import { TIMINGS, type Timings } from "../../../src/cluster/timings.ts";
import type {
  ConnectionState,
  ConnectTo,
  CredentialProgram,
  KindChange,
  LiveObject,
  ScopeState,
} from "../../../src/protocol/cluster.ts";

/** So short that a test of many failures takes seconds. */
export const QUICK: Timings = {
  ...TIMINGS,
  answer: 400,
  page: 800,
  silence: 300,
  firstWait: 20,
  longestWait: 80,
  steady: 150,
  seldom: 150,
  gather: 5,
};

export interface Watched {
  readonly connection: Connection;
  /** `namespace/name@version` of all objects of a kind, in order. */
  names(kind: string): readonly string[];
  objects(kind: string): readonly LiveObject[];
  scopes(kind: string): readonly ScopeState[];
  readonly states: readonly ConnectionState[];
  /** Every message, in order. */
  readonly told: readonly (readonly KindChange[])[];
  until(what: string, holds: () => boolean, limit?: number): Promise<void>;
  close(): Promise<void>;
}

export interface WatchOptions extends Partial<ConnectTo> {
  readonly timings?: Timings;
  consent?(program: CredentialProgram): Promise<"run" | "refuse">;
}

export function watchContext({ timings = QUICK, consent, ...to }: WatchOptions): Watched {
  const kinds = new Map<string, { objects: Map<string, LiveObject>; scopes: readonly ScopeState[] }>();
  const states: ConnectionState[] = [];
  const told: (readonly KindChange[])[] = [];
  const defects: Error[] = [];
  let changed = (): void => undefined;
  const of = (kind: string) => {
    const known = kinds.get(kind) ?? { objects: new Map<string, LiveObject>(), scopes: [] };
    kinds.set(kind, known);
    return known;
  };
  const connection = new Connection({
    to: { context: "test", programs: "ask", ...to },
    timings,
    consent: consent ?? (() => Promise.resolve("refuse")),
    state: (state) => {
      states.push(state);
      changed();
    },
    changes: (changes) => {
      told.push(changes);
      for (const { kind, put, removed, scopes } of changes) {
        const known = of(kind);
        for (const { namespace = "", name } of removed) known.objects.delete(`${namespace}/${name}`);
        for (const object of put) known.objects.set(idOf(object), object);
        known.scopes = scopes ?? known.scopes;
      }
      changed();
    },
    defect: (error) => defects.push(error),
  });
  const objects = (kind: string) => [...of(kind).objects.values()];
  return {
    connection,
    states,
    told,
    objects,
    names: (kind) =>
      objects(kind)
        .map((object) => `${idOf(object)}@${object.metadata.resourceVersion}`)
        .toSorted(),
    scopes: (kind) => of(kind).scopes,
    until(what, holds, limit = 3000) {
      return new Promise((resolve, reject) => {
        // What a server was asked changes nothing that is told.
        const poll = setInterval(() => changed(), 20);
        const timer = setTimeout(() => {
          clearInterval(poll);
          const now = JSON.stringify(
            [...kinds].map(([kind, { scopes }]) => [kind, scopes]),
            undefined,
            1,
          );
          reject(new Error(`not within ${limit} ms: ${what}; ${states.at(-1)?.status} ${now}`));
        }, limit);
        changed = () => {
          if (!holds()) return;
          clearTimeout(timer);
          clearInterval(poll);
          resolve();
        };
        changed();
      });
    },
    async close() {
      await connection.close();
      assert.deepEqual(defects, []);
    },
  };
}

function idOf({ metadata: { namespace = "", name } }: LiveObject): string {
  return `${namespace}/${name}`;
}

export interface KubeconfigParts {
  readonly server: string;
  readonly user?: object;
  readonly cluster?: object;
  readonly namespace?: string;
}

/** A kubeconfig with the one context `test`. */
export function kubeconfigOf({ server, user = { token: "secret" }, cluster = {}, namespace }: KubeconfigParts): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "c", cluster: { server, ...cluster } }],
    users: [{ name: "dev", user }],
    contexts: [{ name: "test", context: { cluster: "c", user: "dev", ...(namespace && { namespace }) } }],
  });
}

export interface Folder {
  readonly path: string;
  write(name: string, text: string): string;
  remove(): void;
}

export function folder(): Folder {
  const path = mkdtempSync(join(tmpdir(), "mtls-lens-cluster-"));
  return {
    path,
    write(name, text) {
      writeFileSync(join(path, name), text, { mode: 0o700 });
      return join(path, name);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
