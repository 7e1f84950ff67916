import assert from "node:assert/strict";
import { request } from "node:https";
import type { WatchEvent } from "../../../src/embedded/api/store/store.ts";
import { ask, jsonOf, startTestMesh, TOKEN } from "./stage/client.ts";
import { type TestCluster, testCluster } from "./stage/cluster.ts";
import type { Mesh } from "./stage/mesh.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";
const body = (name: string, labels: object = {}) =>
  JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels } });

describe("a watch of the store", () => {
  let cluster: TestCluster;
  beforeEach(() => {
    cluster = testCluster();
  });
  afterEach(() => cluster.close());

  it("tells everybody the same order, also when one of them writes", () => {
    const { store, maps } = cluster;
    const seen: string[] = [];
    const tell = (who: string) => (event: WatchEvent) => {
      if (event.type !== "BOOKMARK") seen.push(`${who} ${event.object.metadata.name}`);
    };
    store.watch(maps, (event) => {
      tell("first")(event);
      if (event.type === "ADDED" && event.object.metadata.name === "a") cluster.map("b");
      tell("done with")(event);
    });
    store.watch(maps, tell("second"));
    cluster.map("a");
    assert.deepEqual(seen, ["first a", "done with a", "second a", "first b", "done with b", "second b"]);
  });

  it("goes on from a version, and is expired before the memory begins", () => {
    const { store, maps } = cluster;
    cluster.map("a");
    const since = store.revision();
    cluster.map("b");
    const names: string[] = [];
    store.watch(maps, (event) => names.push(event.type === "BOOKMARK" ? "" : event.object.metadata.name), since);
    assert.deepEqual(names, ["b"]);
    assert.equal(
      store.watch(maps, () => undefined, "1"),
      "expired",
    );
  });

  it("forgets the oldest of very many events", () => {
    const { store, maps } = cluster;
    const since = store.revision();
    for (let number = 0; number < 2100; number++)
      store.put(maps, cluster.resources.find(maps, { namespace: "here", name: "a" }) ?? cluster.map("a"));
    assert.equal(
      store.watch(maps, () => undefined, since),
      "expired",
    );
  });
});

describe("a watch over HTTP", () => {
  let mesh: Mesh;
  before(async () => {
    mesh = await startTestMesh();
  });
  after(() => mesh.close());

  /** The lines of a watch until there are so many; `during` runs once it is open. */
  function lines(
    query: string,
    count: number,
    during: () => Promise<unknown> = async () => undefined,
  ): Promise<readonly string[]> {
    const { port, ca } = mesh.api;
    const headers = { authorization: `Bearer ${TOKEN}` };
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: "127.0.0.1", port, path: `${MAPS}?watch=1&${query}`, ca, headers, agent: false },
        async (response) => {
          void during();
          let text = "";
          for await (const chunk of response) {
            text += chunk;
            if (text.split("\n").length > count) break;
          }
          sent.destroy();
          resolve(text.trim().split("\n"));
        },
      );
      sent.on("error", reject);
      sent.end();
    });
  }
  const types = (all: readonly string[]) => all.map((line) => JSON.parse(line).type);

  it("shows an object that a label lets in as added, and one that it lets out as deleted", async () => {
    await ask(mesh, MAPS, { method: "POST", body: body("moving") });
    const change = (label: string | null) =>
      ask(mesh, `${MAPS}/moving`, {
        method: "PATCH",
        headers: { "content-type": "application/merge-patch+json" },
        body: JSON.stringify({ metadata: { labels: { in: label } } }),
      });
    const seen = await lines("labelSelector=in", 3, async () => {
      await change("1");
      await change("2");
      await change(null);
    });
    assert.deepEqual(types(seen), ["ADDED", "MODIFIED", "DELETED"]);
  });

  it("says where the initial events end", async () => {
    const query =
      "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=metadata.name=moving";
    const [, bookmark = ""] = await lines(query, 2);
    assert.equal(JSON.parse(bookmark).object.metadata.annotations["k8s.io/initial-events-end"], "true");
  });

  it("answers a version that is too old with an event, and ends", async () => {
    const [only = ""] = await lines("resourceVersion=1", 1);
    assert.equal(JSON.parse(only).object.code, 410);
  });

  it("ends after the time that was asked for", async () => {
    const began = Date.now();
    await ask(mesh, `${MAPS}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name=nothing`);
    assert.ok(Date.now() - began < 3000);
  });

  it("pages through a list by its token", async () => {
    for (const name of ["p1", "p2", "p3"]) await ask(mesh, MAPS, { method: "POST", body: body(name, { page: "1" }) });
    const first = jsonOf(await ask(mesh, `${MAPS}?limit=2&labelSelector=page`));
    const rest = jsonOf(await ask(mesh, `${MAPS}?limit=2&labelSelector=page&continue=${first.metadata.continue}`));
    const names = [...first.items, ...rest.items].map(({ metadata }) => metadata.name);
    assert.deepEqual(names, ["p1", "p2", "p3"]);
    assert.equal(rest.metadata.continue, undefined);
  });
});
