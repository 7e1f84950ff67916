/** Many objects and many calls: what they cost, and that every kind of the rules is read. */
import assert from "node:assert/strict";
import { WANTED_KINDS } from "../../src/cluster/kinds/kinds.ts";
import { BUILT_IN } from "../../src/embedded/api/kinds/built-in.ts";
import { istioDefinitions } from "../../src/embedded/api/kinds/istio.ts";
import { isKnown } from "../../src/manifest/decode/decode.ts";
import { answerWith, type Hostile, startHostile } from "./stage/hostile.ts";
import { type Folder, folder, kubeconfigOf, type Watched, watchContext } from "./stage/watched.ts";

const head = (group: string, kind: string) => ({ apiVersion: group === "" ? "v1" : `${group}/v1`, group, kind });

describe("the kinds that are read", () => {
  /** They have no decoder, and rules look for them by name. */
  const BY_NAME = [
    "gateway.networking.k8s.io/GatewayClass",
    "gateway.networking.k8s.io/Gateway",
    "gateway.networking.k8s.io/ListenerSet",
    "gateway.networking.x-k8s.io/XListenerSet",
  ];

  it("are those that the rules know, and no Secret", () => {
    const without = WANTED_KINDS.filter(({ group, kind }) => !isKnown(head(group, kind)));
    assert.deepEqual(
      without.map(({ group, kind }) => `${group}/${kind}`),
      BY_NAME,
    );
    assert.ok(!WANTED_KINDS.some(({ plural }) => plural === "secrets"));
  });

  it("leave out none that an API with Istio serves", () => {
    const defined = istioDefinitions().map(({ spec }) => spec as { group: string; names: { kind: string } });
    const served = [
      ...BUILT_IN.map(({ group, kind }) => ({ group, kind })),
      ...defined.map(({ group, names }) => ({ group, kind: names.kind })),
    ];
    assert.ok(served.length > 20);
    const missing = served
      .filter(({ group, kind }) => isKnown(head(group, kind)))
      .filter(({ group, kind }) => !WANTED_KINDS.some((wanted) => wanted.group === group && wanted.kind === kind));
    assert.deepEqual(missing, []);
  });
});

describe("5,000 objects", () => {
  let files: Folder;
  let server: Hostile;
  let watched: Watched;

  before(async () => {
    files = folder();
    server = await startHostile();
    const pages = Array.from({ length: 10 }, (_, page) =>
      answerWith(
        JSON.stringify({
          metadata: { resourceVersion: "9", ...(page < 9 && { continue: `p${page + 1}` }) },
          items: Array.from({ length: 500 }, (_, index) => ({
            metadata: {
              name: `m${page * 500 + index}`,
              namespace: "shop",
              uid: `${page}-${index}`,
              resourceVersion: "5",
            },
            data: { text: "x".repeat(400) },
          })),
        }),
      ),
    );
    server.next("list", pages);
    watched = watchContext({ files: [files.write("config", kubeconfigOf({ server: server.url }))] });
  });
  after(async () => {
    await watched.close();
    await server.close();
    files.remove();
  });

  it("are there in messages of at most 500, over few connections", async () => {
    const begun = performance.now();
    await watched.until("live", () => watched.scopes("ConfigMap")[0]?.status === "live", 5000);
    assert.equal(watched.objects("ConfigMap").length, 5000);
    assert.ok(performance.now() - begun < 20_000, `${performance.now() - begun} ms`);
    const sizes = watched.told.map((kinds) => kinds.reduce((sum, { put }) => sum + put.length, 0));
    assert.ok(Math.max(...sizes) <= 500, sizes.join());
    // Discovery asks for a few things at a time; later each of two kinds has one for its watch.
    assert.ok(server.connections <= 6, `${server.connections} connections`);
  });

  it("change 1,000 times in a row in few messages, and end as they should", async () => {
    const before = watched.told.length;
    const begun = performance.now();
    for (let event = 0; event < 1000; event += 1) server.emit("MODIFIED", `m${event % 100}`, String(100 + event));
    await watched.until("the last event", () => watched.names("ConfigMap").includes("shop/m99@1099"));
    assert.ok(performance.now() - begun < 10_000);
    assert.ok(watched.told.length - before < 100, `${watched.told.length - before} messages`);
    const versions = watched.names("ConfigMap").filter((name) => /@1\d{3}$/.test(name));
    assert.equal(versions.length, 100);
    assert.ok(server.asked.filter(({ plural, verb }) => plural === "configmaps" && verb === "list").length === 10);
  });
});
