/** What the API server's schemas refuse, in its words. */
import assert from "node:assert/strict";
import { destinationRule } from "../../src/validation/schema/kinds/destination-rule.ts";
import { peerAuthentication } from "../../src/validation/schema/kinds/peer-authentication.ts";
import { sidecar } from "../../src/validation/schema/kinds/sidecar.ts";
import { RULES } from "../../src/validation/schema/rules.ts";
import type { Schema } from "../../src/validation/schema/schema.ts";
import { answerOf, validate } from "../../src/validation/validate.ts";
import { objectOf, tellsApart, told } from "./cases.ts";

const MODES = 'supported values: "UNSET", "DISABLE", "PERMISSIVE", "STRICT"';
const DECODING = "error decoding configuration:";
const NO_MAP = "into Go value of type map[string]json.RawMessage";
const web = { matchLabels: { app: "web" } };
const mode = { mode: "STRICT" };
const tcp = (fields: object) => ({ host: "web", trafficPolicy: { connectionPool: { tcp: fields } } });
const http = (fields: object) => ({ host: "web", trafficPolicy: { connectionPool: { http: fields } } });
const balance = (loadBalancer: object) => ({ host: "web", trafficPolicy: { loadBalancer } });
const TCP = "/spec/trafficPolicy/connectionPool/tcp";
const LB = "/spec/trafficPolicy/loadBalancer";

describe("the schema of PeerAuthentication", () => {
  tellsApart("PeerAuthentication", [
    {
      claim: "a mode is one of four words",
      refused: { mtls: { mode: "STRIKT" } },
      says: [
        `crd /spec/mtls/mode: spec.mtls.mode: Unsupported value: "STRIKT": ${MODES}`,
        `webhook /spec/mtls/mode: ${DECODING} unknown value "\\"STRIKT\\"" for enum istio.security.v1beta1.PeerAuthentication.MutualTLS.Mode`,
      ],
      accepted: { mtls: { mode: "STRICT" } },
    },
    {
      claim: "istiod takes the number of a mode, and the API server does not",
      refused: { mtls: { mode: 3 } },
      says: [
        'crd /spec/mtls/mode: spec.mtls.mode: Invalid value: "integer": spec.mtls.mode in body must be of type string: "integer"',
        `crd /spec/mtls/mode: spec.mtls.mode: Unsupported value: 3: ${MODES}`,
      ],
      accepted: {},
    },
    {
      claim: "mtls is an object",
      refused: { mtls: "STRICT" },
      says: [
        'crd /spec/mtls: spec.mtls: Invalid value: "string": spec.mtls in body must be of type object: "string"',
        `webhook /spec/mtls: ${DECODING} json: cannot unmarshal string ${NO_MAP}`,
      ],
      accepted: { mtls: {} },
    },
    {
      claim: "a field that the schema does not have is told at its place",
      refused: { mtls: { Mode: "STRICT" } },
      says: ['crd /spec/mtls/Mode: unknown field "spec.mtls.Mode"'],
      accepted: { mtls: { mode: "STRICT" } },
    },
    {
      claim: "nothing behind a colon is no value, and is dropped",
      refused: { mtls: [null] },
      says: [
        'crd /spec/mtls: spec.mtls: Invalid value: "array": spec.mtls in body must be of type object: "array"',
        `webhook /spec/mtls: ${DECODING} json: cannot unmarshal array ${NO_MAP}`,
      ],
      accepted: { mtls: { mode: null }, selector: null },
    },
    {
      claim: "the value of a label has 63 characters at most",
      refused: { selector: { matchLabels: { app: "x".repeat(64) } } },
      says: [
        "crd /spec/selector/matchLabels/app: spec.selector.matchLabels.app: Too long: may not be more than 63 bytes",
      ],
      accepted: { selector: { matchLabels: { app: "x".repeat(63) } } },
    },
    {
      claim: "modes by port are there for one port at least",
      refused: { selector: web, portLevelMtls: {} },
      says: [
        "crd /spec/portLevelMtls: spec.portLevelMtls: Invalid value: 0: spec.portLevelMtls in body should have at least 1 properties",
        "webhook /spec/portLevelMtls: port level mTLS, if defined, must have at least one element",
      ],
      accepted: { selector: web, portLevelMtls: { "80": mode } },
    },
  ]);
});

describe("the schema of DestinationRule", () => {
  const cookie = { name: "c", ttl: "0s" };
  tellsApart("DestinationRule", [
    {
      claim: "a missing field is told at the object that lacks it",
      refused: { subsets: [{ name: "v1" }] },
      says: ["crd /spec: spec.host: Required value", "webhook /spec: empty domain name not allowed"],
      accepted: { host: "web", subsets: [{ name: "v1" }] },
    },
    {
      claim: "a number of 32 bits is no text and no fraction to the API server, while istiod reads digits in quotes",
      refused: {
        host: "web",
        trafficPolicy: { connectionPool: { tcp: { maxConnections: "1" }, http: { maxRetries: 1.5 } } },
      },
      says: [
        'crd /spec/trafficPolicy/connectionPool/http/maxRetries: spec.trafficPolicy.connectionPool.http.maxRetries: Invalid value: "float64": spec.trafficPolicy.connectionPool.http.maxRetries in body must be of type int32: "float64"',
        `crd ${TCP}/maxConnections: spec.trafficPolicy.connectionPool.tcp.maxConnections: Invalid value: "string": spec.trafficPolicy.connectionPool.tcp.maxConnections in body must be of type integer: "string"`,
        `webhook /spec/trafficPolicy/connectionPool/http/maxRetries: ${DECODING} json: cannot unmarshal number 1.5 into Go value of type int32`,
      ],
      accepted: tcp({ maxConnections: 1 }),
    },
    {
      claim: "a number of 32 bits is in their range",
      refused: tcp({ maxConnections: 2 ** 31 }),
      says: [
        `crd ${TCP}/maxConnections: <nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec.trafficPolicy.connectionPool.tcp.maxConnections`,
        `webhook ${TCP}/maxConnections: ${DECODING} json: cannot unmarshal number 2147483648 into Go value of type int32`,
      ],
      accepted: tcp({ maxConnections: 2 ** 31 - 1 }),
    },
    {
      claim: "codes of errors are from 100 to 599",
      refused: { host: "web", trafficPolicy: { outlierDetection: { outlierDetectionHttpErrorCodes: [99, 600] } } },
      says: [
        "crd /spec/trafficPolicy/outlierDetection/outlierDetectionHttpErrorCodes/0: spec.trafficPolicy.outlierDetection.outlierDetectionHttpErrorCodes[0]: Invalid value: 99: spec.trafficPolicy.outlierDetection.outlierDetectionHttpErrorCodes[0] in body should be greater than or equal to 100",
        "crd /spec/trafficPolicy/outlierDetection/outlierDetectionHttpErrorCodes/1: spec.trafficPolicy.outlierDetection.outlierDetectionHttpErrorCodes[1]: Invalid value: 600: spec.trafficPolicy.outlierDetection.outlierDetectionHttpErrorCodes[1] in body should be less than or equal to 599",
      ],
      accepted: { host: "web", trafficPolicy: { outlierDetection: { outlierDetectionHttpErrorCodes: [100, 599] } } },
    },
    {
      claim: "a flag is no text",
      refused: http({ useClientProtocol: "true" }),
      says: [
        'crd /spec/trafficPolicy/connectionPool/http/useClientProtocol: spec.trafficPolicy.connectionPool.http.useClientProtocol: Invalid value: "string": spec.trafficPolicy.connectionPool.http.useClientProtocol in body must be of type boolean: "string"',
        `webhook /spec/trafficPolicy/connectionPool/http/useClientProtocol: ${DECODING} json: cannot unmarshal string into Go value of type bool`,
      ],
      accepted: http({ useClientProtocol: true }),
    },
    {
      claim: "a list is a list",
      refused: { host: "web", exportTo: "*" },
      says: [
        'crd /spec/exportTo: spec.exportTo: Invalid value: "string": spec.exportTo in body must be of type array: "string"',
        `webhook /spec/exportTo: ${DECODING} json: cannot unmarshal string into Go value of type []json.RawMessage`,
      ],
      accepted: { host: "web", exportTo: ["*"] },
    },
    {
      claim: "of alternatives one is there",
      refused: balance({ simple: "RANDOM", consistentHash: { httpCookie: cookie } }),
      says: [
        `crd ${LB}/consistentHash: <nil>: Invalid value: "": "spec.trafficPolicy.loadBalancer" must validate one and only one schema (oneOf). Found 2 valid alternatives`,
      ],
      accepted: balance({ consistentHash: { httpCookie: cookie, maglev: { tableSize: 7 } } }),
    },
    {
      claim: "where null is allowed it is nothing to complain about",
      refused: { host: "web", trafficPolicy: { tls: { insecureSkipVerify: "no" } } },
      says: [
        'crd /spec/trafficPolicy/tls/insecureSkipVerify: spec.trafficPolicy.tls.insecureSkipVerify: Invalid value: "string": spec.trafficPolicy.tls.insecureSkipVerify in body must be of type boolean: "string"',
        `webhook /spec/trafficPolicy/tls/insecureSkipVerify: ${DECODING} json: cannot unmarshal string into Go value of type bool`,
      ],
      accepted: { host: "web", trafficPolicy: { tls: { insecureSkipVerify: null } } },
    },
  ]);
});

describe("the schema of Sidecar", () => {
  const certificates = (count: number) => ({
    ingress: [{ port: { number: 443, protocol: "HTTPS" }, tls: { tlsCertificates: Array(count).fill({}) } }],
  });

  it("a list has as many items as its schema allows", () => {
    const crd = (count: number) =>
      told(objectOf("Sidecar", certificates(count))).filter((line) => line.startsWith("crd"));
    const at = "crd /spec/ingress/0/tls/tlsCertificates: spec.ingress[0].tls.tlsCertificates:";
    assert.deepEqual(crd(0), [
      `${at} Invalid value: 0: spec.ingress[0].tls.tlsCertificates in body should have at least 1 items`,
    ]);
    assert.deepEqual(crd(3), [`${at} Too many: 3: must have at most 2 items`]);
    assert.deepEqual(crd(2), []);
  });
});

describe("a schema", () => {
  it("is of a kind in a version that is served", () => {
    const object = { ...objectOf("PeerAuthentication", {}), apiVersion: "security.istio.io/v1alpha1" };
    const says = 'no matches for kind "PeerAuthentication" in version "security.istio.io/v1alpha1"';
    assert.deepEqual(told(object), [`crd /apiVersion: ${says}`]);
    assert.deepEqual(told({ ...object, apiVersion: "security.istio.io/v1beta1" }), []);
  });

  it("says nothing of other kinds, nor of the same name in another group", () => {
    assert.deepEqual(validate({ apiVersion: "v1", kind: "Service", metadata: { name: "x" }, spec: { ports: 1 } }), []);
    assert.deepEqual(validate({ apiVersion: "example.com/v1", kind: "Sidecar", spec: { egress: 1 } }), []);
    assert.deepEqual(validate("text"), []);
  });

  it("has the fields of the head, and keeps what a status holds", () => {
    const object = objectOf("PeerAuthentication", {});
    assert.deepEqual(told({ ...object, status: { more: 1, conditions: [{ type: "Ready" }] } }), []);
    assert.deepEqual(told({ ...object, spek: {} }), ['crd /spek: unknown field "spek"']);
    const typo = { ...object, status: { conditions: [{ kind: "Ready" }] } };
    assert.deepEqual(told(typo), ['crd /status/conditions/0/kind: unknown field "status.conditions[0].kind"']);
  });

  it("names no CEL rule that has no function", () => {
    const named = [peerAuthentication, destinationRule, sidecar].flatMap(({ schema }) => rulesIn(schema));
    assert.ok(named.length > 20);
    assert.deepEqual([...new Set(named)].toSorted(), Object.keys(RULES).toSorted());
  });

  it("does not keep a field named like something that objects inherit from being unknown", () => {
    const object = objectOf("PeerAuthentication", { mtls: { constructor: {} } });
    assert.deepEqual(told(object), ['crd /spec/mtls/constructor: unknown field "spec.mtls.constructor"']);
  });

  it("answers in one word", () => {
    const answer = (spec: object) => answerOf(validate(objectOf("PeerAuthentication", spec)));
    assert.equal(answer({}), "accepted");
    assert.equal(answer({ selector: {} }), "accepted-with-warning");
    assert.equal(answer({ selector: {}, mtl: {} }), "rejected-by-crd");
    assert.equal(answer({ selector: {}, portLevelMtls: { "80": mode } }), "rejected-by-both");
    assert.equal(answerOf(validate(objectOf("Sidecar", {}))), "rejected-by-webhook");
  });
});

function rulesIn(schema: Schema): readonly string[] {
  const own = (schema.rules ?? []).map(({ cel }) => cel);
  const inner = schema.is === "object" ? Object.values(schema.fields) : "of" in schema ? [schema.of] : [];
  return [...own, ...inner.flatMap(rulesIn)];
}
