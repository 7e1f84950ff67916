/** JSON of an object → what the rules know of it, kind by kind. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { decodeResource } from "../../../src/manifest/decode/decode.ts";
import { readYaml } from "../../../src/manifest/document.ts";
import type { Resource } from "../../../src/mesh/resources/resource.ts";
import { gapsOf } from "../reading.ts";

function decode(apiVersion: string, kind: string, fields: object): Resource | undefined {
  const where = {
    source: { uri: "cluster", document: 0, pointer: "" },
    namespace: { name: "default", from: "assumed" },
    readYaml,
  } as const;
  return decodeResource({ apiVersion, kind, metadata: { name: "x" }, ...fields }, where);
}

/** Of a value what the expectation speaks of; of lists every item. */
function pick(value: unknown, like: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(like)) return value.map((item, index) => pick(item, like[index] ?? item));
  if (typeof value !== "object" || typeof like !== "object" || value === null || like === null) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(like).map(([key, inner]) => [key, pick(fields[key], inner)]));
}

interface Case {
  readonly object: readonly [apiVersion: string, kind: string, fields: object];
  readonly gives: object;
  readonly gaps?: readonly string[];
}

const TLS = { tls: { mode: "ISTIO_MUTUAL" } };

const CASES: Readonly<Record<string, Case>> = {
  "a Service's target port is its port where it is silent": {
    object: [
      "v1",
      "Service",
      { spec: { ports: [{ port: 80 }, { port: 81, targetPort: "web", protocol: "UDP", name: "u" }] } },
    ],
    gives: {
      name: "x",
      type: "ClusterIP",
      ports: [
        { port: 80, targetPort: 80, protocol: "TCP" },
        { name: "u", port: 81, targetPort: "web", protocol: "UDP" },
      ],
    },
  },
  "an endpoint counts as ready unless it says no": {
    object: [
      "discovery.k8s.io/v1",
      "EndpointSlice",
      {
        metadata: { name: "x", labels: { "kubernetes.io/service-name": "web" } },
        endpoints: [{ addresses: ["10.0.0.1"] }, { addresses: ["10.0.0.2"], conditions: { ready: false } }],
      },
    ],
    gives: {
      name: "x",
      service: "web",
      endpoints: [
        { addresses: ["10.0.0.1"], ready: true },
        { addresses: ["10.0.0.2"], ready: false },
      ],
      ports: [],
    },
  },
  "Istio's own settings are read as YAML": {
    object: [
      "v1",
      "ConfigMap",
      { metadata: { name: "istio-canary" }, data: { mesh: "rootNamespace: root\n", other: "a: b" } },
    ],
    gives: {
      name: "istio-canary",
      data: { mesh: "rootNamespace: root\n", other: "a: b" },
      embedded: { mesh: { rootNamespace: "root" } },
    },
  },
  "Istio's own settings that cannot be read are a gap": {
    object: ["v1", "ConfigMap", { metadata: { name: "istio" }, data: { mesh: "a: [" } }],
    gives: { name: "istio", data: { mesh: "a: [" }, embedded: {} },
    gaps: ["malformed /data/mesh"],
  },
  "other ConfigMaps hold text": {
    object: ["v1", "ConfigMap", { data: { mesh: "a: b", port: 8080 } }],
    gives: { name: "x", data: { mesh: "a: b" }, embedded: {} },
    gaps: ["malformed /data/port"],
  },
  "a webhook's selectors are empty where they are absent": {
    object: [
      "admissionregistration.k8s.io/v1",
      "MutatingWebhookConfiguration",
      {
        webhooks: [
          {
            name: "w",
            clientConfig: { service: { name: "istiod", namespace: "istio-system", path: "/inject" } },
            namespaceSelector: { matchExpressions: [{ key: "k", operator: "In", values: ["a"] }] },
          },
        ],
      },
    ],
    gives: {
      name: "x",
      webhooks: [
        {
          name: "w",
          service: { namespace: "istio-system", name: "istiod", path: "/inject" },
          namespaceSelector: { matchExpressions: [{ key: "k", operator: "In", values: ["a"] }] },
          objectSelector: { matchExpressions: [] },
        },
      ],
    },
  },
  "a DestinationRule keeps TLS per port, subset and whole": {
    object: [
      "networking.istio.io/v1alpha3",
      "DestinationRule",
      {
        spec: {
          host: "web",
          trafficPolicy: {
            ...TLS,
            portLevelSettings: [{ port: { number: 80 }, loadBalancer: { simple: "PASSTHROUGH" } }],
          },
          subsets: [{ name: "v1", trafficPolicy: { loadBalancer: {} } }],
        },
      },
    ],
    gives: {
      name: "x",
      host: "web",
      trafficPolicy: {
        ...TLS,
        hasLoadBalancer: false,
        ports: [{ port: 80, loadBalancer: "PASSTHROUGH", hasLoadBalancer: true }],
      },
      subsets: [{ name: "v1", trafficPolicy: { hasLoadBalancer: true, ports: [] } }],
      exportTo: [],
    },
  },
  "a TLS mode of the wrong kind is a gap": {
    object: [
      "networking.istio.io/v1",
      "DestinationRule",
      { spec: { host: "web", trafficPolicy: { tls: { mode: "STRICT" } } } },
    ],
    gives: {
      name: "x",
      host: "web",
      trafficPolicy: { tls: { mode: "DISABLE" }, hasLoadBalancer: false, ports: [] },
      subsets: [],
      exportTo: [],
    },
    gaps: ["malformed /spec/trafficPolicy/tls/mode"],
  },
  "a VirtualService's destinations are weighted ones and mirrors": {
    object: [
      "networking.istio.io/v1",
      "VirtualService",
      {
        spec: {
          hosts: ["web"],
          http: [
            {
              route: [{ destination: { host: "a", port: { number: 80 } } }],
              mirror: { host: "b" },
              mirrors: [{ destination: { host: "c" } }],
            },
          ],
          tcp: [{ route: [{ destination: { host: "d", subset: "v1" } }] }],
        },
      },
    ],
    gives: {
      name: "x",
      hosts: ["web"],
      gateways: [],
      routes: [
        { protocol: "http", destinations: [{ host: "a", port: 80 }, { host: "b" }, { host: "c" }] },
        { protocol: "tcp", destinations: [{ host: "d", subset: "v1" }] },
      ],
      exportTo: [],
    },
  },
  "a Gateway of Istio has servers": {
    object: [
      "networking.istio.io/v1beta1",
      "Gateway",
      { spec: { servers: [{ port: { number: 80, protocol: "HTTP" }, hosts: ["*"] }, { hosts: ["a"] }] } },
    ],
    gives: { name: "x", servers: [{ port: 80, protocol: "HTTP", hosts: ["*"] }] },
  },
  "a Gateway of the Gateway API is another kind": {
    object: ["gateway.networking.k8s.io/v1", "Gateway", { spec: { listeners: [] } }],
    gives: { name: "x", group: "gateway.networking.k8s.io" },
  },
  "an outbound policy without a mode is REGISTRY_ONLY": {
    object: [
      "networking.istio.io/v1",
      "Sidecar",
      { spec: { egress: [{ hosts: ["./*"] }], ingress: [], outboundTrafficPolicy: {} } },
    ],
    gives: {
      name: "x",
      hasIngress: false,
      ingress: [],
      hasEgress: true,
      egress: [{ hosts: ["./*"] }],
      outboundTrafficPolicy: "REGISTRY_ONLY",
    },
  },
  "a ServiceEntry has protobuf's zero values": {
    object: [
      "networking.istio.io/v1",
      "ServiceEntry",
      {
        spec: {
          hosts: ["a.b"],
          ports: [{ number: 80, name: "http", protocol: "HTTP" }],
          endpoints: [{ address: "1.1.1.1", ports: { http: 8080 } }],
        },
      },
    ],
    gives: {
      name: "x",
      hosts: ["a.b"],
      addresses: [],
      ports: [{ number: 80, name: "http", protocol: "HTTP" }],
      location: "MESH_EXTERNAL",
      resolution: "NONE",
      endpoints: [{ address: "1.1.1.1", ports: { http: 8080 } }],
      exportTo: [],
    },
  },
  "an AuthorizationPolicy allows where it names no action": {
    object: ["security.istio.io/v1", "AuthorizationPolicy", { spec: { selector: { matchLabels: { app: "a" } } } }],
    gives: { name: "x", selector: { app: "a" }, hasTargetRefs: false, action: "ALLOW" },
  },
};

describe("decoding", () => {
  for (const [claim, { object, gives, gaps }] of Object.entries(CASES)) {
    it(claim, () => {
      const decoded = decode(...object);
      assert.deepEqual(pick(decoded, gives), gives);
      assert.deepEqual(gapsOf(decoded), gaps ?? []);
    });
  }

  it("knows nothing of YAML, so that answers of an API server can be decoded without it", () => {
    const folder = new URL("../../../src/manifest/decode/", import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    assert.ok(files.length > 10);
    const imports = files.flatMap((file) => readFileSync(new URL(file, folder), "utf8").match(/from "[^"]+"/g) ?? []);
    assert.deepEqual(
      imports.filter((one) => /"yaml"|\/yaml\/|document/.test(one)),
      [],
    );
  });

  it("gives nothing for what is no object", () => {
    for (const value of [undefined, null, 1, "x", [], {}, { kind: "Pod" }, { apiVersion: "v1", kind: "Pod" }]) {
      assert.equal(
        decodeResource(value, {
          source: { uri: "", document: 0, pointer: "" },
          namespace: { name: "", from: "assumed" },
          readYaml,
        }),
        undefined,
      );
    }
  });

  it("tells kinds apart that are named like fields of Object", () => {
    assert.equal(decode("constructor/v1", "toString", {})?.form, "other");
    assert.equal(decode("v1", "constructor", {})?.form, "other");
  });
});
