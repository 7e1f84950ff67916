import assert from "node:assert/strict";
import { fromProtobuf } from "../../../src/embedded/api/decoding/protobuf.ts";
import { repeatedFields } from "../../../src/embedded/api/decoding/repeated.ts";
import type { JsonMap } from "../../../src/embedded/api/object.ts";
import { refusalOf, type TestCluster, testCluster } from "./stage/cluster.ts";

describe("a body", () => {
  const texts: readonly (readonly [string, string, readonly string[]])[] = [
    ["no field twice", '{"a":{"b":1},"c":{"b":2}}', []],
    ["a field twice", '{"data":{"a":"1","a":"2"}}', ["data.a"]],
    ["a field twice in an item of a list", '{"l":[{"a":1},{"a":1,"a":[1,2,3]}]}', ["l[1].a"]],
    ["what only looks like a field", '{"a":"{\\"a\\":1,\\"a\\":2}","b":["a","a"]}', []],
    ["a field once more in other letters", '{"a":1,"\\u0061":2}', ["a"]],
  ];
  for (const [what, text, expected] of texts) {
    it(`with ${what} is told so`, () => assert.deepEqual(repeatedFields(text), expected));
  }

  it("in protobuf is read as kubectl writes it", () => {
    const { kind, metadata } = fromProtobuf(namespace());
    assert.equal(kind, "Namespace");
    assert.deepEqual(metadata, { name: "foo" });
  });
});

/** What `kubectl create namespace foo` sends. */
function namespace(): Buffer {
  const field = (number: number, value: Buffer | string) => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
  };
  const meta = field(1, field(1, "foo"));
  const type = field(1, Buffer.concat([field(1, "v1"), field(2, "Namespace")]));
  return Buffer.concat([Buffer.from("k8s\0"), type, field(2, meta), field(3, ""), field(4, "")]);
}

describe("the API's answer to an object", () => {
  let cluster: TestCluster;
  before(() => {
    cluster = testCluster();
  });
  after(() => cluster.close());

  const deployment = (spec: JsonMap): JsonMap => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: { selector: { matchLabels: { app: "web" } }, template: template("web"), ...spec },
  });
  const template = (app: string): JsonMap => ({
    metadata: { labels: { app } },
    spec: { containers: [{ name: "app", image: "busybox" }] },
  });
  const policy = (spec: JsonMap): JsonMap => ({
    apiVersion: "security.istio.io/v1",
    kind: "PeerAuthentication",
    metadata: { name: "default" },
    spec,
  });

  const refused: readonly (readonly [string, string, string, JsonMap, string])[] = [
    [
      "an unknown field",
      "apps",
      "deployments",
      deployment({ replica: 2 }),
      '400 Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"',
    ],
    [
      "a word for a number",
      "apps",
      "deployments",
      deployment({ replicas: "two" }),
      '400 Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      "labels that the selector misses",
      "apps",
      "deployments",
      deployment({ template: template("other") }),
      '422 Deployment.apps "web" is invalid: spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`',
    ],
    [
      "an unknown mode",
      "security.istio.io",
      "peerauthentications",
      policy({ mtls: { mode: "STRIKT" } }),
      '422 PeerAuthentication.security.istio.io "default" is invalid: [spec.mtls.mode: Unsupported value: "STRIKT": supported values: "UNSET", "DISABLE", "PERMISSIVE", "STRICT", <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]',
    ],
    [
      "ports without a selector",
      "security.istio.io",
      "peerauthentications",
      policy({ portLevelMtls: { "80": { mode: "STRICT" } } }),
      '422 PeerAuthentication.security.istio.io "default" is invalid: spec: Invalid value: "object": portLevelMtls requires selector',
    ],
  ];
  for (const [what, group, plural, object, expected] of refused) {
    it(`refuses ${what} in the words of the API server`, () => {
      const kind = cluster.kind(group, plural);
      const act = () => cluster.resources.create(kind, "here", object, { fieldValidation: "Strict" });
      assert.equal(refusalOf(act), expected);
    });
  }

  it("warns of an unknown field that it drops", () => {
    const warnings: string[] = [];
    const kind = cluster.kind("security.istio.io", "peerauthentications");
    const created = cluster.resources.create(kind, "here", policy({ mtls: { modus: "STRICT" } }), {
      warn: (text) => warnings.push(text),
    });
    assert.deepEqual(created.spec, { mtls: {} });
    assert.deepEqual(warnings, ['unknown field "spec.mtls.modus"']);
  });

  it("fills in what a Service leaves out", () => {
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web" },
      spec: { type: "NodePort", ports: [{ port: 80 }] },
    };
    const { spec } = cluster.resources.create(cluster.kind("", "services"), "here", service);
    const { clusterIP, ports, ...rest } = spec as JsonMap;
    assert.match(String(clusterIP), /^10\.96\.\d+\.\d+$/);
    assert.match(JSON.stringify(ports), /^\[\{"port":80,"protocol":"TCP","targetPort":80,"nodePort":3\d{4}\}\]$/);
    assert.equal(rest.sessionAffinity, "None");
  });
});
