import assert from "node:assert/strict";
import { BUILT_IN } from "../../../src/embedded/api/kinds/built-in.ts";
import { createKinds } from "../../../src/embedded/api/kinds/registry.ts";
import { createResources } from "../../../src/embedded/api/requests/requests.ts";
import { createStore } from "../../../src/embedded/api/store/memory.ts";
import { refusalOf, settled, type TestCluster, testCluster } from "./stage/cluster.ts";

let cluster: TestCluster;
const key = (name: string) => ({ namespace: "here", name });
const owned = (uid: string, blocks = false) => ({
  ownerReferences: [
    { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid, ...(blocks ? { blockOwnerDeletion: true } : {}) },
  ],
});

describe("an object of the embedded API", () => {
  beforeEach(() => {
    cluster = testCluster();
  });
  afterEach(() => cluster.close());

  it("keeps its version when nothing changes, and gets a new one when something does", () => {
    const before = cluster.map("a", { data: { k: "v" } });
    const { resources, maps } = cluster;
    const same = resources.patch(maps, key("a"), { type: "merge", body: { data: { k: "v" } } });
    assert.equal(same.metadata.resourceVersion, before.metadata.resourceVersion);
    const changed = resources.patch(maps, key("a"), { type: "merge", body: { data: { k: "w" } } });
    assert.ok(Number(changed.metadata.resourceVersion) > Number(before.metadata.resourceVersion));
  });

  it("is not overwritten by who read an older version", () => {
    const before = cluster.map("a");
    cluster.resources.patch(cluster.maps, key("a"), { type: "merge", body: { data: { k: "v" } } });
    assert.match(
      refusalOf(() => cluster.resources.update(cluster.maps, key("a"), before)),
      /^409 .*has been modified/,
    );
  });

  it("waits for its finalizers, and takes no new ones", () => {
    const { resources, maps } = cluster;
    cluster.map("a", {}, { finalizers: ["x.y/z"] });
    assert.equal(resources.delete(maps, key("a"))?.metadata.deletionGracePeriodSeconds, 0);
    const more = { metadata: { finalizers: ["x.y/z", "new.one/z"] } };
    assert.match(
      refusalOf(() => resources.patch(maps, key("a"), { type: "merge", body: more })),
      /no new finalizers/,
    );
    resources.patch(maps, key("a"), { type: "merge", body: { metadata: { finalizers: null } } });
    assert.equal(resources.find(maps, key("a")), undefined);
  });

  it("takes its dependents with it", () => {
    const { uid } = cluster.map("owner").metadata;
    cluster.map("owned", {}, owned(uid));
    cluster.resources.delete(cluster.maps, key("owner"), { propagation: "Background" });
    assert.equal(cluster.resources.find(cluster.maps, key("owned")), undefined);
  });

  it("leaves its dependents behind as orphans", () => {
    const { uid } = cluster.map("owner").metadata;
    cluster.map("owned", {}, owned(uid));
    cluster.resources.delete(cluster.maps, key("owner"), { propagation: "Orphan" });
    assert.equal(cluster.resources.find(cluster.maps, key("owner")), undefined);
    assert.equal(cluster.resources.get(cluster.maps, key("owned")).metadata.ownerReferences, undefined);
  });

  it("outlives, in the foreground, a dependent that holds it back", () => {
    const { resources, maps } = cluster;
    const { uid } = cluster.map("owner").metadata;
    cluster.map("owned", {}, { ...owned(uid, true), finalizers: ["x.y/z"] });
    resources.delete(maps, key("owner"), { propagation: "Foreground" });
    assert.notEqual(resources.find(maps, key("owner")), undefined);
    resources.patch(maps, key("owned"), { type: "merge", body: { metadata: { finalizers: null } } });
    assert.equal(resources.find(maps, key("owner")), undefined);
  });

  it("is not created in a namespace that ends or is missing", () => {
    const { resources, kind } = cluster;
    cluster.map("a", {}, { finalizers: ["x.y/z"] });
    resources.delete(kind("", "namespaces"), { name: "here" });
    assert.match(
      refusalOf(() => cluster.map("late")),
      /^403 .*because it is being terminated/,
    );
    const other = () =>
      resources.create(cluster.maps, "nowhere", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } });
    assert.equal(refusalOf(other), '404 namespaces "nowhere" not found');
  });

  it("goes with its namespace, which waits for the last one", async () => {
    const { resources, kind, maps } = cluster;
    const namespaces = kind("", "namespaces");
    cluster.map("plain");
    cluster.map("held", {}, { finalizers: ["x.y/z"] });
    resources.delete(namespaces, { name: "here" });
    await settled();
    assert.equal(resources.find(maps, key("plain")), undefined);
    assert.match(JSON.stringify(resources.get(namespaces, { name: "here" }).status), /x\.y\/z in 1 resource instances/);
    resources.patch(maps, key("held"), { type: "merge", body: { metadata: { finalizers: null } } });
    await settled();
    assert.equal(resources.find(namespaces, { name: "here" }), undefined);
  });

  it("changes nothing in a dry run", () => {
    cluster.map("a", {}, {}, { dryRun: true });
    assert.equal(cluster.resources.find(cluster.maps, key("a")), undefined);
  });
});

describe("a CustomResourceDefinition", () => {
  beforeEach(() => {
    cluster = testCluster();
  });
  afterEach(() => cluster.close());

  it("brings its kind, and takes it and its objects away", () => {
    const { resources, kinds, kind } = cluster;
    const crds = kind("apiextensions.k8s.io", "customresourcedefinitions");
    const schema = {
      openAPIV3Schema: {
        type: "object",
        properties: { spec: { type: "object", properties: { on: { type: "boolean", default: true } } } },
      },
    };
    const spec = {
      group: "example.com",
      scope: "Namespaced",
      names: { kind: "Lamp", plural: "lamps" },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    };
    const metadata = { name: "lamps.example.com" };
    resources.create(crds, undefined, {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata,
      spec,
    });
    const lamps = kind("example.com", "lamps");
    const lamp = resources.create(lamps, "here", {
      apiVersion: "example.com/v1",
      kind: "Lamp",
      metadata: { name: "a" },
      spec: {},
    });
    assert.deepEqual(lamp.spec, { on: true });
    resources.delete(crds, metadata);
    assert.equal(kinds.byResource("example.com", "lamps"), undefined);
    assert.equal(resources.find(lamps, key("a")), undefined);
  });
});

describe("a store that is loaded again", () => {
  it("goes on where it was: kinds of definitions, objects, versions", () => {
    const first = testCluster();
    first.map("kept", { data: { k: "v" } });
    const dump = JSON.parse(JSON.stringify(first.store.dump()));
    first.close();
    const store = createStore();
    store.load(dump);
    const kinds = createKinds(BUILT_IN);
    const resources = createResources({ store, kinds });
    const maps = kinds.byResource("", "configmaps");
    assert.notEqual(kinds.byResource("security.istio.io", "peerauthentications"), undefined);
    assert.deepEqual(maps && resources.get(maps, key("kept")).data, { k: "v" });
    assert.equal(store.revision(), dump.revision);
    resources.close();
  });
});
