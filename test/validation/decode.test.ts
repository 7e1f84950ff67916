/** How istiod reads objects: what it takes beside the written form, and what every refusal promises. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { jsonOf } from "../../src/manifest/content.ts";
import { readManifest } from "../../src/manifest/read-manifest.ts";
import { validate } from "../../src/validation/validate.ts";
import { type KindName, objectOf } from "./cases.ts";

const DECODING = "error decoding configuration: ";

function webhook(kind: KindName, spec: unknown): readonly string[] {
  return validate(objectOf(kind, spec)).flatMap(({ by, says }) =>
    by === "webhook" ? [says.replace(DECODING, "! ")] : [],
  );
}

const port = (number: unknown) => ({ ingress: [{ port: { number } }] });
const range = (number: number) => [`port number ${number} must be in the range 1..65535`];
const NOT = "! json: cannot unmarshal";

describe("istiod reads numbers", () => {
  const ROWS: readonly (readonly [unknown, readonly string[]])[] = [
    ["80", []],
    [" 80\n", []],
    ["null", range(0)],
    [4294967295, range(4294967295)],
    [4294967296, [`${NOT} number 4294967296 into Go value of type uint32`]],
    [-1, [`${NOT} number -1 into Go value of type uint32`]],
    ["1e2", [`${NOT} number 1e2 into Go value of type uint32`]],
    ["080", ["! invalid character '8' after top-level value"]],
    ["http", ["! invalid character 'h' looking for beginning of value"]],
    ["", ["! unexpected end of JSON input"]],
    ["true", [`${NOT} bool into Go value of type uint32`]],
    [true, [`${NOT} bool into Go value of type uint32`]],
    [{}, [`${NOT} object into Go value of type uint32`]],
  ];
  for (const [number, says] of ROWS) {
    it(`${JSON.stringify(number)}: ${says[0] ?? "taken"}`, () =>
      assert.deepEqual(webhook("Sidecar", port(number)), says));
  }

  it("NaN where fractions are allowed", () => {
    const warmup = (minimumPercent: string) => {
      const loadBalancer = { warmup: { duration: "1s", minimumPercent } };
      return webhook("DestinationRule", { host: "web", trafficPolicy: { loadBalancer } });
    };
    assert.deepEqual(warmup("NaN"), []);
    assert.deepEqual(warmup("Infinity"), ["minimumPercent value should be less than or equal to 100"]);
    assert.deepEqual(warmup("nan"), ["! invalid character 'n' looking for beginning of value"]);
  });
});

describe("istiod reads fields", () => {
  it("with underscores, which camelCase wins over", () => {
    const mode = { mode: "STRICT" };
    const wide = ["mesh/namespace peer authentication cannot have port level mTLS"];
    assert.deepEqual(webhook("PeerAuthentication", { port_level_mtls: { 80: mode } }), wide);
    const selector = { matchLabels: { app: "web" }, match_labels: {} };
    assert.deepEqual(webhook("PeerAuthentication", { portLevelMtls: { 80: mode }, selector }), []);
  });

  it("by their numbers, where a word has one", () => {
    const tls = (mode: unknown) => webhook("DestinationRule", { host: "web", trafficPolicy: { tls: { mode } } });
    assert.deepEqual(tls(2), ["client certificate required for mutual tls", "private key required for mutual tls"]);
    assert.deepEqual(tls(9), []);
    assert.deepEqual(tls(1.5), [`${NOT} number 1.5 into Go value of type int32`]);
    assert.deepEqual(tls("2"), [
      '! unknown value "\\"2\\"" for enum istio.networking.v1alpha3.ClientTLSSettings.TLSmode',
    ]);
    const version = (number: number) =>
      webhook("DestinationRule", { host: "web", trafficPolicy: { proxyProtocol: { version: number } } });
    assert.deepEqual(version(2), ["proxy protocol version is invalid: 2"]);
    const mode = (number: number) => webhook("Sidecar", { outboundTrafficPolicy: { mode: number } });
    assert.equal(mode(3).length, 1);
    assert.equal(mode(2).length, 0);
  });

  it("of alternatives the last", () => {
    const hash = (more: object) => {
      const consistentHash = { httpCookie: { name: "" }, ...more };
      return webhook("DestinationRule", { host: "web", trafficPolicy: { loadBalancer: { consistentHash } } });
    };
    assert.deepEqual(hash({ httpHeaderName: "x" }), ["name required for HttpCookie"]);
    assert.deepEqual(hash({ useSourceIp: true }), []);
  });
});

describe("istiod on metadata", () => {
  const object = (metadata: object) => ({
    ...objectOf("PeerAuthentication", {}),
    metadata: { name: "x", namespace: "shop", ...metadata },
  });
  const told = (metadata: object) => validate(object(metadata)).map(({ pointer, says }) => `${pointer}: ${says}`);

  it("labels and annotations are text", () => {
    const field = "into Go struct field ObjectMeta.metadata.labels of type string";
    assert.deepEqual(told({ labels: { v: 1 } }), [
      `/metadata/labels/v: cannot decode configuration: json: cannot unmarshal number ${field}`,
    ]);
    assert.deepEqual(told({ labels: { v: "1" }, annotations: { a: null } }), []);
    assert.match(told({ annotations: [] })[0] ?? "", /^\/metadata\/annotations: .* array .* map\[string\]string$/);
  });

  it("some annotations are not for people", () => {
    const at = "/metadata/annotations";
    assert.deepEqual(told({ annotations: { "istio.io/dry-run": "true" } }), [
      `${at}/istio.io~1dry-run: shop/x has unsupported annotation istio.io/dry-run, please remove the annotation`,
    ]);
    const parents = "internal.istio.io/parents";
    assert.deepEqual(told({ annotations: { [parents]: "" } }), [
      `${at}/internal.istio.io~1parents: "${parents}" annotation found, this may not be set by users`,
    ]);
    const always = "internal.istio.io/webhook-always-reject";
    assert.deepEqual(told({ annotations: { [always]: "" } }), [
      `${at}/internal.istio.io~1webhook-always-reject: "${always}" annotation found, rejecting`,
    ]);
    assert.deepEqual(told({ annotations: { "istio.io/rev": "a" } }), []);
  });
});

describe("a refusal", () => {
  const NAMES = [
    "mtls",
    "mode",
    "host",
    "selector",
    "matchLabels",
    "portLevelMtls",
    "80",
    "trafficPolicy",
    "tls",
    "subsets",
    "egress",
    "hosts",
    "ingress",
    "port",
    "number",
    "a/b",
    "~",
    "connectionPool",
  ];
  const leaf = fc.oneof(fc.constantFrom("STRICT", "web", "*", "1s", "", null, true, 80, -1, 1.5, 1e30), fc.jsonValue());
  const { spec } = fc.letrec((tie) => ({
    spec: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      leaf,
      fc.array(tie("spec"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...NAMES), tie("spec"), { maxKeys: 5 }),
    ),
  }));

  it("points at something that is in the object, whatever the object is", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<KindName>("PeerAuthentication", "DestinationRule", "Sidecar"),
        spec,
        (kind, value) => {
          const object = objectOf(kind, value);
          for (const { pointer } of validate(object)) assert.notEqual(at(object, pointer), undefined, pointer);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the objects of a file as JSON", () => {
  const policy = (name: string) =>
    `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: ${name} }\n`;

  const jsonObjects = (text: string) =>
    readManifest("test:/a.yaml", text, { defaultNamespace: "" }).documents.flatMap((document) =>
      jsonOf(document).map((object) => ({ document: document.index, ...object })),
    );

  it("are those of all documents and Lists", () => {
    const list = "apiVersion: v1\nkind: List\nitems:\n- kind: A\n  apiVersion: v1\n- kind: B\n  apiVersion: v1\n";
    const found = jsonObjects(`${policy("a")}---\n${list}---\n# nothing\n`);
    assert.deepEqual(
      found.map(({ document, pointer }) => `${document}${pointer}`),
      ["0", "1/items/0", "1/items/1"],
    );
    assert.deepEqual(found[0]?.value, {
      apiVersion: "security.istio.io/v1",
      kind: "PeerAuthentication",
      metadata: { name: "a" },
    });
  });

  it("leave out what nobody knows yet", () => {
    assert.deepEqual(jsonObjects(policy('"{{ .name }}"')), []);
    assert.deepEqual(jsonObjects(`${policy("a")}spec: {`), []);
    assert.deepEqual(jsonObjects("- not an object"), []);
    assert.equal(jsonObjects(`${policy("a")}spec: {}\nspec: {}\n`).length, 1);
  });
});

function at(value: unknown, pointer: string): unknown {
  const keys = pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  return keys.reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}
