import assert from "node:assert/strict";
import type { JsonMap } from "../../../src/embedded/api/object.ts";
import { refusalOf, type TestCluster, testCluster } from "./stage/cluster.ts";

let cluster: TestCluster;

function apply(data: JsonMap, fieldManager: string, force = false) {
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "shared" }, data };
  const key = { namespace: "here", name: "shared" };
  return cluster.resources.patch(cluster.maps, key, { type: "apply", body, force }, { fieldManager });
}

describe("server-side apply", () => {
  beforeEach(() => {
    cluster = testCluster();
  });
  afterEach(() => cluster.close());

  it("creates what is not there, and owns its fields", () => {
    const { metadata } = apply({ a: "1" }, "me");
    const [entry] = metadata.managedFields ?? [];
    assert.equal(entry?.manager, "me");
    assert.deepEqual(entry?.fieldsV1, { "f:data": { "f:a": {} } });
  });

  it("refuses a value of a field that somebody else applied", () => {
    apply({ a: "1" }, "me");
    assert.equal(
      refusalOf(() => apply({ a: "2" }, "other")),
      '409 Apply failed with 1 conflict: conflict with "me": .data.a',
    );
  });

  it("lets two own a field on whose value they agree", () => {
    apply({ a: "1" }, "me");
    const { metadata } = apply({ a: "1" }, "other");
    assert.deepEqual(
      metadata.managedFields?.map(({ manager }) => manager),
      ["me", "other"],
    );
  });

  it("takes a field over by force, and from its owner", () => {
    apply({ a: "1", b: "1" }, "me");
    const { data, metadata } = apply({ a: "2" }, "other", true);
    assert.deepEqual(data, { a: "2", b: "1" });
    const me = metadata.managedFields?.find(({ manager }) => manager === "me");
    assert.deepEqual(me?.fieldsV1, { "f:data": { "f:b": {} } });
  });

  it("takes a field away that its only owner gives up", () => {
    apply({ a: "1", b: "1" }, "me");
    assert.deepEqual(apply({ a: "1" }, "me").data, { a: "1" });
  });

  it("keeps a field that another owner still applies", () => {
    apply({ a: "1", b: "1" }, "me");
    apply({ b: "1" }, "other");
    assert.deepEqual(apply({ a: "1" }, "me").data, { a: "1", b: "1" });
  });

  it("names who wrote a field without applying it, with the version", () => {
    const options = { fieldManager: "hand" };
    cluster.map("shared", { data: { a: "1" } }, {}, options);
    const expected = '409 Apply failed with 1 conflict: conflict with "hand" using v1: .data.a';
    assert.equal(
      refusalOf(() => apply({ a: "2" }, "me")),
      expected,
    );
  });

  it("rewrites the annotation of kubectl apply, where there is one", () => {
    const name = "kubectl.kubernetes.io/last-applied-configuration";
    cluster.map("shared", { data: { a: "1" } }, { annotations: { [name]: "{}" } });
    const text = apply({ b: "2" }, "kubectl").metadata.annotations?.[name] ?? "";
    assert.deepEqual(JSON.parse(text).data, { a: "1", b: "2" });
    assert.equal(apply({ c: "3" }, "other").metadata.annotations?.[name], text);
  });

  it("needs the name of a manager", () => {
    assert.match(
      refusalOf(() => apply({ a: "1" }, "")),
      /^422 .*fieldManager: Required value/,
    );
  });
});
