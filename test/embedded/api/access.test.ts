import assert from "node:assert/strict";
import { ask, jsonOf, startTestMesh } from "./stage/client.ts";
import type { Mesh } from "./stage/mesh.ts";

const PODS = "/api/v1/namespaces/default/pods";
const RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
const ACCOUNT = "system:serviceaccount:default:robot";
let mesh: Mesh;
const post = (path: string, body: object) => ask(mesh, path, { method: "POST", body: JSON.stringify(body) });

describe("access to the API", () => {
  before(async () => {
    mesh = await startTestMesh();
    await post("/api/v1/namespaces/default/serviceaccounts", {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "robot" },
    });
  });
  after(() => mesh.close());

  it("is refused to a user without a role, in Kubernetes' words", async () => {
    const { status, body } = await ask(mesh, PODS, { headers: { "impersonate-user": ACCOUNT } });
    assert.equal(status, 403);
    const expected = `pods is forbidden: User "${ACCOUNT}" cannot list resource "pods" in API group "" in the namespace "default"`;
    assert.equal(JSON.parse(body).message, expected);
  });

  it("is granted by a role for its verbs and resources only, also by a token of the account", async () => {
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "reader" } };
    await post(`${RBAC}/roles`, { ...role, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }] });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" };
    const subjects = [{ kind: "ServiceAccount", name: "robot", namespace: "default" }];
    await post(`${RBAC}/rolebindings`, { ...role, kind: "RoleBinding", roleRef, subjects });
    const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
    const issued = await post("/api/v1/namespaces/default/serviceaccounts/robot/token", request);
    const headers = { authorization: `Bearer ${jsonOf(issued).status.token}` };
    assert.equal((await ask(mesh, PODS, { headers })).status, 200);
    assert.equal((await ask(mesh, `${PODS}/x`, { headers })).status, 403);
    assert.equal((await ask(mesh, "/api/v1/namespaces/default/secrets", { headers })).status, 403);
  });

  it("is not given to a token that somebody changed", async () => {
    const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
    const issued = await post("/api/v1/namespaces/default/serviceaccounts/robot/token", request);
    const [head = "", body = "", signature = ""] = jsonOf(issued).status.token.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: "kubernetes-admin" })).toString("base64url");
    const headers = { authorization: `Bearer ${head}.${forged}.${signature}` };
    assert.equal((await ask(mesh, "/api", { headers })).status, 401);
  });

  it("is refused to an account that acts for another user", async () => {
    const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
    const issued = await post("/api/v1/namespaces/default/serviceaccounts/robot/token", request);
    const headers = { authorization: `Bearer ${jsonOf(issued).status.token}`, "impersonate-group": "system:masters" };
    assert.equal((await ask(mesh, PODS, { headers })).status, 403);
  });

  it("is answered by a review", async () => {
    const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview" };
    const spec = { resourceAttributes: { verb: "get", resource: "pods" } };
    const answer = await post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", { ...review, spec });
    assert.deepEqual(jsonOf(answer).status, { allowed: true });
  });

  const refused: readonly (readonly [string, string, object, RegExp])[] = [
    [
      "a route that leads nowhere",
      "VirtualService",
      { hosts: ["web"], http: [{ match: [{ uri: { prefix: "/" } }] }] },
      /redirect or direct_response is required/,
    ],
    [
      "mutual TLS without certificates",
      "DestinationRule",
      { host: "web", trafficPolicy: { tls: { mode: "MUTUAL" } } },
      /2 errors occurred:\n\t\* client certificate required/,
    ],
    [
      "HTTPS without TLS settings",
      "Gateway",
      { servers: [{ port: { number: 443, name: "x", protocol: "HTTPS" }, hosts: ["*"] }] },
      /must have TLS settings/,
    ],
  ];
  for (const [what, kind, spec, expected] of refused) {
    it(`is refused by istiod to ${what}`, async () => {
      const plural = `${kind.toLowerCase()}s`;
      const object = { apiVersion: "networking.istio.io/v1", kind, metadata: { name: "bad" }, spec };
      const { status, body } = await post(`/apis/networking.istio.io/v1/namespaces/default/${plural}`, object);
      assert.equal(status, 400);
      assert.match(
        JSON.parse(body).message,
        /^admission webhook "validation.istio.io" denied the request: configuration is invalid: /,
      );
      assert.match(JSON.parse(body).message, expected);
    });
  }
});
