/** What istiod's webhook refuses of a DestinationRule. */
import assert from "node:assert/strict";
import { objectOf, told, webhookTellsApart } from "./cases.ts";

const rule = (fields: object) => ({ host: "web", ...fields });
const policy = (trafficPolicy: object) => rule({ trafficPolicy });
const AT = "/spec/trafficPolicy";

describe("istiod on hosts and exports", () => {
  const exports = (...exportTo: string[]) => rule({ exportTo });
  const selecting = (...exportTo: string[]) => rule({ exportTo, workloadSelector: { matchLabels: { app: "web" } } });
  webhookTellsApart("DestinationRule", [
    [
      "a host has labels of DNS",
      { host: "web_shop" },
      ['/spec/host: domain name "web_shop" invalid (label "web_shop" invalid)'],
      { host: "web-shop" },
    ],
    [
      "a host has a wildcard at its start only",
      { host: "we*b" },
      ['/spec/host: domain name "we*b" invalid (label "we*b" invalid)'],
      { host: "*.shop" },
    ],
    [
      "a host is no number at its end",
      { host: "10.0.0.1" },
      ['/spec/host: domain name "0.0.1" invalid (top level domain "1" cannot be all-numeric)'],
      { host: "10.0.0.x" },
    ],
    [
      "a host ends with a dot at most",
      { host: "web..shop" },
      ['/spec/host: domain name ".shop" invalid (label "" invalid)'],
      { host: "web.shop." },
    ],
    [
      "a host has 255 characters at most",
      { host: "ab.".repeat(86) },
      [`/spec/host: domain name "${"ab.".repeat(86)}" too long (max 255)`],
      { host: "ab.".repeat(85) },
    ],
    [
      "a label has 63 characters at most",
      { host: `${"a".repeat(64)}.b` },
      [`/spec/host: domain name "${"a".repeat(64)}.b" invalid (label "${"a".repeat(64)}" invalid)`],
      { host: `${"a".repeat(63)}.b` },
    ],
    [
      "* is exported to alone",
      exports("*", "shop"),
      ["/spec/exportTo: cannot have both public (*) and non-public exportTo values for a resource"],
      exports("*"),
    ],
    [
      "nobody cannot be exported to",
      exports("~"),
      ["/spec/exportTo/0: exportTo ~ (none) is not allowed for Istio configuration objects"],
      exports("."),
    ],
    [
      "a namespace is exported to once",
      exports("a", "a"),
      ["/spec/exportTo/1: duplicate entries in exportTo for entry a"],
      exports("a", "b"),
    ],
    [
      "the own namespace is exported to once, by whatever name",
      exports("shop", "."),
      ["/spec/exportTo/1: duplicate entries in exportTo: . and current namespace shop"],
      exports("other", "."),
    ],
    [
      "a namespace is a label of DNS",
      exports("a b"),
      ["/spec/exportTo/0: only .,*, or a valid DNS 1123 label is allowed as exportTo entry"],
      exports("a-b"),
    ],
    [
      "a rule for workloads stays in its namespace",
      selecting("other"),
      ["/spec/exportTo: destination rule with workload selector cannot have exportTo beyond current namespace"],
      selecting("."),
    ],
    [
      "a rule for workloads names no second namespace",
      selecting(".", "other"),
      ["/spec/exportTo: destination rule with workload selector cannot have multiple entries in exportTo"],
      selecting("shop"),
    ],
    [
      "a selector has labels",
      rule({ workloadSelector: {} }),
      ["warning /spec/workloadSelector: workload selector specified without labels"],
      rule({ workloadSelector: { matchLabels: { app: "web" } } }),
    ],
  ]);

  it("the namespace of an object that names none is told from outside", () => {
    const { metadata: _, ...object } = objectOf("DestinationRule", rule({ exportTo: [".", "web"] })) as {
      metadata: unknown;
    };
    assert.deepEqual(told(object, "shop"), []);
    assert.deepEqual(told(object, "web"), ["webhook /spec/exportTo/1: duplicate entries in exportTo for entry web"]);
  });
});

describe("istiod on subsets", () => {
  const subset = (fields: object) => rule({ subsets: [{ name: "v1", ...fields }] });
  const labels = (key: string, value = "x") => subset({ labels: { [key]: value } });
  webhookTellsApart("DestinationRule", [
    ["a subset has a name", subset({ name: "" }), ["/spec/subsets/0/name: subset name cannot be empty"], subset({})],
    [
      "the name of a subset is a label of DNS",
      subset({ name: "Bad Name" }),
      ["/spec/subsets/0/name: subset name is invalid: Bad Name"],
      subset({ name: "Good-Name" }),
    ],
    [
      "the name of a subset has 63 characters at most",
      subset({ name: "a".repeat(64) }),
      [`/spec/subsets/0/name: subset name is invalid: ${"a".repeat(64)}`],
      subset({ name: "a".repeat(63) }),
    ],
    [
      "names of subsets differ",
      rule({ subsets: [{ name: "a" }, { name: "a" }] }),
      ["/spec/subsets/1/name: duplicate subset names: a"],
      rule({ subsets: [{ name: "a" }, { name: "b" }] }),
    ],
    [
      "the key of a label is that of Kubernetes",
      labels("a/b/c"),
      ['/spec/subsets/0/labels/a~1b~1c: invalid tag key: "a/b/c"'],
      labels("a.b/c"),
    ],
    [
      "the name in a key has 63 characters at most",
      labels("a".repeat(64)),
      [`/spec/subsets/0/labels/${"a".repeat(64)}: invalid tag key: "${"a".repeat(64)}" (name is too long)`],
      labels("a".repeat(63)),
    ],
    [
      "the prefix of a key has 253 characters at most",
      labels(`${"a.".repeat(127)}a/b`),
      [
        `/spec/subsets/0/labels/${"a.".repeat(127)}a~1b: invalid tag key: "${"a.".repeat(127)}a/b" (DNS prefix is too long)`,
      ],
      labels(`${"a.".repeat(126)}a/b`),
    ],
    [
      "the value of a label is that of Kubernetes",
      labels("v", "a b"),
      ['/spec/subsets/0/labels/v: invalid tag value: "a b"'],
      labels("v", ""),
    ],
    [
      "the policy of a subset is looked at",
      subset({ trafficPolicy: {} }),
      ["/spec/subsets/0/trafficPolicy: traffic policy must have at least one field"],
      subset({ trafficPolicy: { tls: {} } }),
    ],
  ]);

  it("warnings of subsets and ports are lost", () => {
    const outlierDetection = { consecutiveErrors: 5 };
    const ports = { portLevelSettings: [{ port: { number: 80 }, outlierDetection }] };
    assert.deepEqual(told(objectOf("DestinationRule", subset({ trafficPolicy: { outlierDetection } }))), []);
    assert.deepEqual(told(objectOf("DestinationRule", policy(ports))), []);
    assert.equal(told(objectOf("DestinationRule", policy({ outlierDetection }))).length, 1);
  });
});

describe("istiod on traffic policies", () => {
  const port = (fields: object) => policy({ portLevelSettings: [{ port: { number: 80 }, ...fields }] });
  const tunnel = (fields: object) => policy({ tunnel: { targetHost: "a.b", targetPort: 80, ...fields } });
  webhookTellsApart("DestinationRule", [
    [
      "a policy says something",
      policy({}),
      [`${AT}: traffic policy must have at least one field`],
      policy({ retryBudget: {} }),
    ],
    [
      "a tunnel has no PROXY protocol",
      policy({ tunnel: { targetHost: "a", targetPort: 1 }, proxyProtocol: {} }),
      [`${AT}/proxyProtocol: tunnel and proxyProtocol must not be set together`],
      policy({ proxyProtocol: { version: "V2" } }),
    ],
    [
      "a port is named",
      policy({ portLevelSettings: [{ tls: {} }] }),
      [`${AT}/portLevelSettings/0: portTrafficPolicy must have valid port`],
      port({ tls: {} }),
    ],
    [
      "the policy of a port says something",
      port({}),
      [`${AT}/portLevelSettings/0: port traffic policy must have at least one field`],
      port({ connectionPool: { tcp: {} } }),
    ],
    [
      "a tunnel is CONNECT or POST",
      tunnel({ protocol: "GET" }),
      [`${AT}/tunnel/protocol: tunnel protocol must be "CONNECT" or "POST"`],
      tunnel({ protocol: "POST" }),
    ],
    [
      "a tunnel ends at a host",
      tunnel({ targetHost: "a b" }),
      [
        `${AT}/tunnel/targetHost: tunnel target host must be valid FQDN or IP address: domain name "a b" invalid (label "a b" invalid); a b is not a valid IP`,
      ],
      tunnel({ targetHost: "2001:db8::1" }),
    ],
    [
      "a tunnel ends at a port",
      tunnel({ targetPort: 65536 }),
      [`${AT}/tunnel/targetPort: tunnel target port is invalid: port number 65536 must be in the range 1..65535`],
      tunnel({ targetPort: 65535 }),
    ],
  ]);
});

describe("istiod on TLS that a proxy originates", () => {
  const tls = (fields: object) => policy({ tls: fields });
  const T = `${AT}/tls`;
  const files = { clientCertificate: "c", privateKey: "k" };
  const needs = [
    `${T}/mode: client certificate required for mutual tls`,
    `${T}/mode: private key required for mutual tls`,
  ];
  const both = `${T}/credentialName: cannot specify client certificates or CA certificate or CA CRL If credentialName is set`;
  const skip = (what: string) => `${T}/insecureSkipVerify: cannot specify ${what} when InsecureSkipVerify is set true`;
  const simple = "CaCertificates or CredentialName or SubjectAltNames";
  const map = (name: string) => tls({ mode: "SIMPLE", credentialName: name });
  const wrongMap = (what: string) => `${T}/credentialName: invalid configmap:// credentialName: ${what}`;
  webhookTellsApart("DestinationRule", [
    ["MUTUAL has its files", tls({ mode: "MUTUAL" }), needs, tls({ mode: "MUTUAL", ...files })],
    [
      "only MUTUAL needs files",
      tls({ mode: "MUTUAL", clientCertificate: "c" }),
      needs.slice(1),
      tls({ mode: "ISTIO_MUTUAL" }),
    ],
    [
      "a credential replaces files",
      tls({ mode: "MUTUAL", credentialName: "c", caCertificates: "c" }),
      [both],
      tls({ mode: "MUTUAL", credentialName: "c" }),
    ],
    [
      "SIMPLE without verification names nothing to verify",
      tls({ mode: "SIMPLE", insecureSkipVerify: true, subjectAltNames: ["a"] }),
      [skip(simple)],
      tls({ mode: "SIMPLE", insecureSkipVerify: true, subjectAltNames: [] }),
    ],
    [
      "SIMPLE without verification has no credential, MUTUAL can have one",
      tls({ mode: "SIMPLE", insecureSkipVerify: true, credentialName: "c" }),
      [skip(simple)],
      tls({ mode: "MUTUAL", insecureSkipVerify: true, credentialName: "c" }),
    ],
    [
      "MUTUAL without verification names nothing to verify",
      tls({ mode: "MUTUAL", ...files, insecureSkipVerify: true, caCertificates: "c" }),
      [skip("CaCertificates or SubjectAltNames")],
      tls({ mode: "MUTUAL", ...files, insecureSkipVerify: true }),
    ],
    [
      "a ConfigMap is named with its namespace",
      map("configmap://ca"),
      [wrongMap('invalid resource name "configmap://ca". Expected namespace and name')],
      map("configmap://shop/ca"),
    ],
    [
      "the namespace of a ConfigMap is not empty",
      map("configmap:///ca"),
      [wrongMap('invalid resource name "configmap:///ca". Expected namespace')],
      map("kubernetes://ca"),
    ],
    [
      "the name of a ConfigMap is not empty",
      map("configmap://shop/"),
      [wrongMap('invalid resource name "configmap://shop/". Expected name')],
      map("ca"),
    ],
    [
      "a ConfigMap is in the namespace of the rule",
      map("configmap://other/ca"),
      [wrongMap('namespace must match the configuration namespace "shop"')],
      map("other/ca"),
    ],
  ]);
});
