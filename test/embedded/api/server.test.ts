import assert from "node:assert/strict";
import { type Asked, ask as askOf, startTestMesh } from "./stage/client.ts";
import type { Mesh } from "./stage/mesh.ts";

let mesh: Mesh;
const ask = (path: string, asked?: Asked) => askOf(mesh, path, asked);

const CONFIG_MAP = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { k: "v" } });
const MAPS = "/api/v1/namespaces/default/configmaps";

describe("the API server", () => {
  before(async () => {
    mesh = await startTestMesh();
  });
  after(() => mesh.close());

  const refused: readonly (readonly [string, string, Asked, number])[] = [
    ["a request without a token", "/api", { headers: { authorization: "" } }, 401],
    ["a request with another token", "/api", { headers: { authorization: "Bearer secreT" } }, 401],
    ["a page of the web", "/api", { headers: { origin: "https://example.com" } }, 403],
    ["a name that was made to point here", "/api", { headers: { host: "evil.example.com" } }, 403],
    ["a path with dots", "/api/v1/namespaces/%2e%2e/configmaps", {}, 400],
    ["a path that is no UTF-8", "/api/v1/%ff", {}, 400],
    ["JSON that ends early", MAPS, { method: "POST", body: "{" }, 400],
    ["a list as an object", MAPS, { method: "POST", body: "[]" }, 400],
    ["protobuf that ends early", MAPS, { method: "POST", body: Buffer.from("k8s\0\n\x7fxyz") }, 400],
    ["a body that is too large", MAPS, { method: "POST", body: "x".repeat(4_000_000) }, 413],
    ["a verb that the kind lacks", "/api/v1/namespaces/default/configmaps/a", { method: "POST", body: "{}" }, 405],
  ];
  for (const [what, path, asked, status] of refused) {
    it(`answers ${what} with ${status} and a Status`, async () => {
      const answer = await ask(path, asked);
      assert.equal(answer.status, status);
      assert.equal(JSON.parse(answer.body).code, status);
    });
  }

  it("stores what is created, and gives it a version, an id and a time", async () => {
    const created = await ask(MAPS, { method: "POST", body: CONFIG_MAP });
    assert.equal(created.status, 201);
    const { metadata, data } = JSON.parse((await ask(`${MAPS}/a`)).body);
    assert.deepEqual(data, { k: "v" });
    assert.match(metadata.resourceVersion, /^\d+$/);
    assert.match(metadata.uid, /^[0-9a-f-]{36}$/);
    assert.match(metadata.creationTimestamp, /^\d{4}-.*\dZ$/);
  });

  it("serves Istio's kinds in all their versions", async () => {
    const { body } = await ask("/apis/security.istio.io");
    const versions = JSON.parse(body).versions.map(({ version }: { readonly version: string }) => version);
    assert.deepEqual(versions, ["v1", "v1beta1"]);
  });
});
