/** The CEL rules of the CRDs. */
import assert from "node:assert/strict";
import { validate } from "../../src/validation/validate.ts";
import { type Case, objectOf, tellsApart } from "./cases.ts";

const mode = { mode: "STRICT" };
const ports = (portLevelMtls: object) => ({ selector: { matchLabels: { app: "web" } }, portLevelMtls });
const PORTS = 'spec.portLevelMtls: Invalid value: "object":';
const CONVERSION = "type conversion error from 'string' to 'int' evaluating rule:";
const DECODING = "error decoding configuration:";

describe("the rules of PeerAuthentication", () => {
  const labels = (matchLabels: object) => ({ selector: { matchLabels } });
  tellsApart("PeerAuthentication", [
    {
      claim: "a port is from 1 to 65535",
      refused: ports({ "99999": mode, "80": mode }),
      says: [
        `crd /spec/portLevelMtls/99999: ${PORTS} port must be between 1-65535`,
        "webhook /spec/portLevelMtls/99999: port must be in range 1..65535",
      ],
      accepted: ports({ "65535": mode, "1": mode }),
    },
    {
      claim: "a port is a number, not the name of one",
      refused: ports({ http: mode }),
      says: [
        `crd /spec/portLevelMtls/http: ${PORTS} ${CONVERSION} port must be between 1-65535`,
        `webhook /spec/portLevelMtls/http: ${DECODING} invalid character 'h' looking for beginning of value`,
      ],
      accepted: ports({ "80": mode }),
    },
    {
      claim: "a port with a zero before it is a number to the API server only",
      refused: ports({ "080": mode }),
      says: [`webhook /spec/portLevelMtls/080: ${DECODING} invalid character '8' after top-level value`],
      accepted: ports({ "80": mode }),
    },
    {
      claim: "a port out of range is told before one that is no number",
      refused: ports({ http: mode, "0": mode }),
      says: [
        `crd /spec/portLevelMtls/0: ${PORTS} port must be between 1-65535`,
        `webhook /spec/portLevelMtls/http: ${DECODING} invalid character 'h' looking for beginning of value`,
      ],
      accepted: ports({ "8080": mode }),
    },
    {
      claim: "modes by port need a selector",
      refused: { portLevelMtls: { "80": mode } },
      says: [
        'crd /spec/portLevelMtls: spec: Invalid value: "object": portLevelMtls requires selector',
        "webhook /spec/portLevelMtls: mesh/namespace peer authentication cannot have port level mTLS",
      ],
      accepted: ports({ "80": mode }),
    },
    {
      claim: "a selector without labels is none for modes by port",
      refused: { selector: { matchLabels: {} }, portLevelMtls: { "80": mode } },
      says: [
        'crd /spec/portLevelMtls: spec: Invalid value: "object": portLevelMtls requires selector',
        "webhook /spec/portLevelMtls: mesh/namespace peer authentication cannot have port level mTLS",
        "warning of webhook /spec/selector: workload selector specified without labels",
      ],
      accepted: { selector: { matchLabels: { app: "web" } } },
    },
    {
      claim: "a key of a selector is not empty",
      refused: labels({ "": "x" }),
      says: [
        'crd /spec/selector/matchLabels/: spec.selector.matchLabels: Invalid value: "object": key must not be empty',
        'webhook /spec/selector/matchLabels/: empty key is not supported in selector: "=x"',
      ],
      accepted: labels({ x: "" }),
    },
    {
      claim: "a key of a selector has no wildcard",
      refused: labels({ "a*": "x" }),
      says: [
        'crd /spec/selector/matchLabels/a*: spec.selector.matchLabels: Invalid value: "object": wildcard not allowed in label key match',
        'webhook /spec/selector/matchLabels/a*: wildcard is not supported in selector: "a*=x"',
      ],
      accepted: labels({ "a.b/c": "x" }),
    },
    {
      claim: "a value of a selector has no wildcard",
      refused: labels({ "k8s.io/app": "web*" }),
      says: [
        'crd /spec/selector/matchLabels/k8s.io~1app: spec.selector.matchLabels[k8s.io/app]: Invalid value: "string": wildcard not allowed in label value match',
        'webhook /spec/selector/matchLabels/k8s.io~1app: wildcard is not supported in selector: "k8s.io/app=web*"',
      ],
      accepted: labels({ "k8s.io/app": "web" }),
    },
    {
      claim: "rules are not asked while the structure is wrong",
      refused: { portLevelMtls: { "99999": { mode: "ON" } } },
      says: [
        'crd /spec/portLevelMtls/99999/mode: spec.portLevelMtls.99999.mode: Unsupported value: "ON": supported values: "UNSET", "DISABLE", "PERMISSIVE", "STRICT"',
        `webhook /spec/portLevelMtls/99999/mode: ${DECODING} unknown value "\\"ON\\"" for enum istio.security.v1beta1.PeerAuthentication.MutualTLS.Mode`,
      ],
      accepted: ports({ "9999": { mode: "UNSET" } }),
    },
  ]);
});

describe("the rule of durations", () => {
  const pool = (connectTimeout: string) => ({
    host: "web",
    trafficPolicy: { connectionPool: { tcp: { connectTimeout } } },
  });
  const at = "/spec/trafficPolicy/connectionPool/tcp/connectTimeout";
  const path = 'spec.trafficPolicy.connectionPool.tcp.connectTimeout: Invalid value: "string":';
  const rule = "must be a valid duration greater than 1ms";
  const short = (text: string, accepted: string): Case => ({
    claim: `${text} is shorter than a millisecond, ${accepted} is not`,
    refused: pool(text),
    says: [`crd ${at}: ${path} ${rule}`, `webhook ${at}: duration must be greater than 1ms`],
    accepted: pool(accepted),
  });
  const unread = (text: string, accepted: string): Case => ({
    claim: `${JSON.stringify(text)} is no duration, ${accepted} is one`,
    refused: pool(text),
    says: [
      `crd ${at}: ${path} type conversion error from 'string' to 'google.protobuf.Duration' evaluating rule: ${rule}`,
      `webhook ${at}: ${DECODING} bad Duration: time: invalid duration ${JSON.stringify(text)}`,
    ],
    accepted: pool(accepted),
  });
  tellsApart("DestinationRule", [
    short("1us", "1ms"),
    short("0", "1s"),
    short("-1s", "+1s"),
    unread("10", "10s"),
    unread("1d", "24h"),
    unread("", ".5s"),
    unread("1m 5s", "1m5s"),
    unread("2562048h", "2562047h"),
    {
      claim: "istiod wants whole milliseconds",
      refused: pool("1.5ms"),
      says: [`webhook ${at}: only durations to ms precision are supported`],
      accepted: pool("1.5s"),
    },
  ]);
});

describe("the rules of Sidecar", () => {
  const labels = (value: string) => ({ workloadSelector: { labels: { app: value } }, egress: [{ hosts: ["./*"] }] });
  tellsApart("Sidecar", [
    {
      claim: "a value of a selector has no wildcard",
      refused: labels("*"),
      says: [
        'crd /spec/workloadSelector/labels/app: spec.workloadSelector.labels[app]: Invalid value: "string": wildcard is not supported in selector',
        'webhook /spec/workloadSelector/labels/app: wildcard is not supported in selector: "app=*"',
      ],
      accepted: labels("web"),
    },
  ]);

  const PAIRS = [
    ["tlsCertificates", "credentialNames", "only one of credentialNames or tlsCertificates can be set"],
    ["credentialName", "credentialNames", "only one of credentialName or credentialNames can be set"],
    ["credentialNames", "tlsCertificates", "only one of credentialName or tlsCertificates can be set"],
  ] as const;
  for (const [one, other, says] of PAIRS) {
    it(`${says}`, () => {
      const value = { tlsCertificates: [{}], credentialName: "a", credentialNames: ["a"] };
      const rules = (tls: object) => {
        const spec = { ingress: [{ port: { number: 443, protocol: "HTTPS" }, tls }] };
        return validate(objectOf("Sidecar", spec))
          .filter(({ reason }) => reason === "rule")
          .map((each) => each.says);
      };
      assert.ok(
        rules({ [one]: value[one], [other]: value[other] }).includes(
          `spec.ingress[0].tls: Invalid value: "object": ${says}`,
        ),
      );
      assert.deepEqual(rules({ [one]: value[one] }), []);
    });
  }
});
