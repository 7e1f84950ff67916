import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Mesh } from "../../src/mesh/mesh.ts";
import type { PeerAuthentication } from "../../src/mesh/resources/istio.ts";
import { policyImpact } from "../../src/mesh/verdict/impact.ts";
import type { Arrival } from "../../src/mesh/verdict/verdict.ts";
import { deployment, meshFrom, policy, SHOP_INJECTED, service } from "./snapshot.ts";

const LABS = join(import.meta.dirname, "../../media/labs");

function lab(name: string, ...without: readonly string[]): Mesh {
  const folder = join(LABS, name, "workspace");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yaml"));
  const texts = files
    .filter((file) => !without.includes(file))
    .toSorted()
    .map((file) => readFileSync(join(folder, file), "utf8"));
  return meshFrom(texts.join("\n---\n"));
}

function policyNamed(mesh: Mesh, namespace: string, name: string): PeerAuthentication {
  const found = mesh.policies.find((each) => each.namespace === namespace && each.name === name);
  if (found === undefined) throw new Error(`no policy ${namespace}/${name}`);
  return found;
}

function say({ call, workload, port, verdict }: Arrival): string {
  const how = verdict.outcome === "works" ? verdict.wire : verdict.outcome === "breaks" ? verdict.reason : "?";
  return `${call.caller.name} -> ${workload.name}:${port} ${verdict.outcome} (${how})`;
}

/** Namespace shop with STRICT for everything, a caller with DEFAULT labels, and one more object. */
const strictShop = (more: string, labels = "app: client, sidecar.istio.io/inject: 'false'") =>
  SHOP_INJECTED +
  deployment("web") +
  service("web") +
  deployment("client", { labels, container: "env: [{name: WEB, value: 'http://web'}]" }) +
  policy("default", "{mtls: {mode: STRICT}}") +
  more;

function arrivals(yaml: string): readonly string[] {
  const mesh = meshFrom(yaml);
  return policyImpact(mesh, policyNamed(mesh, "shop", "default")).arrivals.map(say);
}

describe("impact of a policy", () => {
  it("lab 1: STRICT breaks the caller without sidecar and leaves the gateway alone", () => {
    const mesh = lab("mutual-tls");
    const impact = policyImpact(mesh, policyNamed(mesh, "default", "default"));
    assert.deepEqual(
      impact.governed.map(({ workload, mode }) => [workload.name, mode]),
      [["customers-v1", "STRICT"]],
    );
    assert.deepEqual(impact.breaks.map(say), ["web-frontend -> customers-v1:3000 breaks (plaintext-to-strict)"]);
    assert.deepEqual(impact.arrivals.map(say), [
      "web-frontend -> customers-v1:3000 breaks (plaintext-to-strict)",
      "istio-ingressgateway -> customers-v1:3000 works (mtls)",
    ]);
    assert.deepEqual(impact.missing, []);
  });

  it("lab 1 without observed pods: nothing is known of the namespace", () => {
    const mesh = lab("mutual-tls", "observed.yaml");
    const impact = policyImpact(mesh, policyNamed(mesh, "default", "default"));
    assert.deepEqual(
      impact.missing.map(({ says }) => says),
      ["the labels of namespace default are not in these files"],
    );
    assert.deepEqual(impact.breaks, []);
    assert.deepEqual(impact.governed, []);
  });

  it("lab 2: locking purchase-history breaks nobody, its caller is in the mesh", () => {
    const mesh = lab("rollout-mtls");
    const impact = policyImpact(mesh, policyNamed(mesh, "istioinaction", "purchase-history-strict"));
    assert.deepEqual(impact.arrivals.map(say), ["recommendation -> purchase-history-v1:8080 works (mtls)"]);
  });

  it("a caller that breaks without the policy too is not laid at its door", () => {
    const mesh = meshFrom(strictShop(policy("web", "{selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}}")));
    const impact = policyImpact(mesh, policyNamed(mesh, "shop", "web"));
    assert.deepEqual(impact.arrivals.map(say), ["client -> web:8080 breaks (plaintext-to-strict)"]);
    assert.deepEqual(impact.breaks, []);
  });

  it("a port exception keeps the caller working", () => {
    const exception = "{selector: {matchLabels: {app: web}}, portLevelMtls: {8080: {mode: PERMISSIVE}}}";
    assert.deepEqual(arrivals(strictShop(policy("web-port", exception))), ["client -> web:8080 works (plaintext)"]);
  });

  it("a port exception keyed by the Service port does not", () => {
    const exception = "{selector: {matchLabels: {app: web}}, portLevelMtls: {80: {mode: PERMISSIVE}}}";
    assert.deepEqual(arrivals(strictShop(policy("web-port", exception))), [
      "client -> web:8080 breaks (plaintext-to-strict)",
    ]);
  });

  it("a caller in the mesh works by mutual TLS", () => {
    assert.deepEqual(arrivals(strictShop("", "app: client")), ["client -> web:8080 works (mtls)"]);
  });

  it("a namespace in DISABLE breaks meshed callers of a STRICT workload", () => {
    const mesh = meshFrom(
      strictShop(policy("web", "{selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}}"), "app: client").replace(
        "{mtls: {mode: STRICT}}",
        "{mtls: {mode: DISABLE}}",
      ),
    );
    const impact = policyImpact(mesh, policyNamed(mesh, "shop", "default"));
    assert.deepEqual(impact.breaks.map(say), ["client -> web:8080 breaks (proxy-sends-plaintext-to-strict)"]);
  });

  it("the younger of two policies of one level has no say", () => {
    const older = policy(
      "older",
      "{mtls: {mode: PERMISSIVE}}",
      "namespace: shop, creationTimestamp: '2026-01-01T00:00:00Z'",
    );
    const younger = policy("a", "{mtls: {mode: STRICT}}", "namespace: shop, creationTimestamp: '2026-01-02T00:00:00Z'");
    const mesh = meshFrom(SHOP_INJECTED + deployment("web") + younger + older);
    const { overruled, governed } = policyImpact(mesh, policyNamed(mesh, "shop", "a"));
    assert.deepEqual(governed, []);
    assert.deepEqual([overruled?.by.name, overruled?.why], ["older", "older"]);
  });

  it("a policy overruled on every workload by narrower ones says so", () => {
    const mesh = meshFrom(
      SHOP_INJECTED +
        deployment("web") +
        policy("web", "{selector: {matchLabels: {app: web}}, mtls: {mode: PERMISSIVE}}") +
        policy("default", "{mtls: {mode: STRICT}}"),
    );
    const { overruled } = policyImpact(mesh, policyNamed(mesh, "shop", "default"));
    assert.deepEqual([overruled?.by.name, overruled?.why], ["web", "narrower"]);
  });

  it("a policy with a selector in the root namespace matches nothing", () => {
    const mesh = meshFrom(
      SHOP_INJECTED +
        deployment("web") +
        policy("root", "{selector: {matchLabels: {app: web}}}", "namespace: istio-system"),
    );
    assert.deepEqual(policyImpact(mesh, policyNamed(mesh, "istio-system", "root")).matched, []);
  });
});

describe("objects that touch a call", () => {
  const OBJECT = (kind: string, apiVersion: string, spec: string, meta = "namespace: shop") => `
---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: other, ${meta}}
spec: ${spec}
`;
  const NETWORKING = "networking.istio.io/v1";
  const disabling = (host: string, namespace: string) =>
    OBJECT(
      "DestinationRule",
      NETWORKING,
      `{host: ${host}, trafficPolicy: {tls: {mode: DISABLE}}}`,
      `namespace: ${namespace}`,
    );
  const routed = (destination: string, more = "") =>
    OBJECT("VirtualService", NETWORKING, `{hosts: [web], http: [{route: [{destination: ${destination}}]}${more}]}`);
  const MERGED = "applyTo: CLUSTER, patch: {operation: MERGE, value: {type: STATIC}}";
  const LUA = "applyTo: HTTP_FILTER, patch: {operation: INSERT_FIRST, value: {name: lua}}";
  const filter = (namespace: string, patch = MERGED, more = "") =>
    OBJECT(
      "EnvoyFilter",
      "networking.istio.io/v1alpha3",
      `{${more}configPatches: [{${patch}}]}`,
      `namespace: ${namespace}`,
    );
  const authorization = (action: string) =>
    OBJECT("AuthorizationPolicy", "security.istio.io/v1", `{action: ${action}}`);

  const allowing = (principal: string) =>
    OBJECT(
      "AuthorizationPolicy",
      "security.istio.io/v1",
      `{action: ALLOW, rules: [{from: [{source: {principals: [${principal}]}}], to: [{operation: {methods: [GET]}}]}]}`,
    );

  const works = "client -> web:8080 works (mtls)";
  const unknown = "client -> web:8080 unknown (?)";
  const plaintext = "client -> web:8080 breaks (proxy-sends-plaintext-to-strict)";
  const cases: readonly (readonly [title: string, more: string, expected: string])[] = [
    ["a DestinationRule that forbids mutual TLS breaks a meshed caller", disabling("web", "shop"), plaintext],
    ["so does one with a wildcard in the root namespace", disabling("'*'", "istio-system"), plaintext],
    ["one for another host does not", disabling("db", "shop"), works],
    ["nor one in a third namespace", disabling("web.shop.svc.cluster.local", "other"), works],
    [
      "a Sidecar that imports the Service changes nothing",
      OBJECT("Sidecar", NETWORKING, "{egress: [{hosts: ['./*']}]}"),
      works,
    ],
    [
      "a Sidecar that hides the Service sends the call past the mesh",
      OBJECT("Sidecar", NETWORKING, "{egress: [{hosts: ['other/*']}]}"),
      plaintext,
    ],
    [
      "with REGISTRY_ONLY it drops the call",
      OBJECT("Sidecar", NETWORKING, "{egress: [{hosts: ['other/*']}], outboundTrafficPolicy: {mode: REGISTRY_ONLY}}"),
      "client -> web:8080 breaks (not-in-registry)",
    ],
    ["a route to nowhere breaks", routed("{host: gone}"), "client -> web:8080 breaks (no-route)"],
    [
      "a route to a subset that no rule names breaks",
      routed("{host: web, subset: v9}"),
      "client -> web:8080 breaks (no-route)",
    ],
    ["a route to the same port changes nothing", routed("{host: web, port: {number: 80}}"), works],
    [
      "routes that depend on the request are not told apart",
      OBJECT(
        "VirtualService",
        NETWORKING,
        "{hosts: [web], http: [{match: [{uri: {prefix: /a}}], route: [{destination: {host: gone}}]}, {route: [{destination: {host: web}}]}]}",
      ),
      unknown,
    ],
    [
      "a route of the Gateway API for the Service is followed",
      OBJECT(
        "HTTPRoute",
        "gateway.networking.k8s.io/v1",
        "{parentRefs: [{group: '', kind: Service, name: web}], rules: [{backendRefs: [{name: gone, port: 80}]}]}",
      ),
      "client -> web:8080 breaks (no-route)",
    ],
    [
      "one under a Gateway is not for its callers in the mesh",
      OBJECT(
        "HTTPRoute",
        "gateway.networking.k8s.io/v1",
        "{parentRefs: [{name: edge}], rules: [{backendRefs: [{name: gone, port: 80}]}]}",
      ),
      works,
    ],
    ["what an EnvoyFilter of the namespace makes of clusters is not known", filter("shop"), unknown],
    ["nor what one of the root namespace does", filter("istio-system"), unknown],
    ["one of another namespace does not touch the call", filter("other"), works],
    [
      "one for gateways only does not touch a sidecar",
      filter("istio-system", "applyTo: LISTENER, match: {context: GATEWAY}, patch: {operation: REMOVE}"),
      works,
    ],
    [
      "one that removes the listener of the server breaks the call",
      filter(
        "shop",
        "applyTo: LISTENER, match: {context: SIDECAR_INBOUND}, patch: {operation: REMOVE}",
        "workloadSelector: {labels: {app: web}}, ",
      ),
      "client -> web:8080 breaks (removed-by-patch)",
    ],
    [
      "and that of the caller does not",
      filter(
        "shop",
        "applyTo: LISTENER, match: {context: SIDECAR_INBOUND}, patch: {operation: REMOVE}",
        "workloadSelector: {labels: {app: client}}, ",
      ),
      works,
    ],
    [
      "one for what sidecars send touches the caller",
      filter(
        "shop",
        "applyTo: CLUSTER, match: {context: SIDECAR_OUTBOUND, cluster: {portNumber: 80}}, patch: {operation: REMOVE}",
        "workloadSelector: {labels: {app: client}}, ",
      ),
      "client -> web:8080 breaks (removed-by-patch)",
    ],
    [
      "one for another port does not",
      filter(
        "shop",
        "applyTo: CLUSTER, match: {context: SIDECAR_OUTBOUND, cluster: {portNumber: 81}}, patch: {operation: REMOVE}",
      ),
      works,
    ],
    [
      "one for proxies of some version is not known to remove anything",
      filter(
        "shop",
        "applyTo: CLUSTER, match: {context: ANY, proxy: {proxyVersion: '1.9'}}, patch: {operation: REMOVE}",
      ),
      unknown,
    ],
    [
      "one for another revision touches nothing",
      filter("shop").replace("metadata: {", "metadata: {labels: {istio.io/rev: canary}, "),
      works,
    ],
    ["a patch without a value changes nothing", filter("shop", "applyTo: CLUSTER, patch: {operation: MERGE}"), works],
    ["a filter of HTTP that answers for itself is no matter of mutual TLS", filter("shop", LUA), works],
    [
      "of two patches that matter nothing is told, even if one removes all",
      filter("shop", "applyTo: CLUSTER, patch: {operation: REMOVE}}, {applyTo: CLUSTER, patch: {operation: REMOVE}"),
      unknown,
    ],
    [
      "one with targetRefs is for gateways of the Gateway API",
      filter("shop", MERGED, "targetRefs: [{kind: Gateway, name: edge}], "),
      works,
    ],
    ["one that patches nothing changes nothing", OBJECT("EnvoyFilter", "networking.istio.io/v1alpha3", "{}"), works],
    [
      "an AuthorizationPolicy without rules allows nobody",
      authorization("ALLOW"),
      "client -> web:8080 breaks (authorization-refused)",
    ],
    ["one that allows the caller's identity lets it in", allowing("cluster.local/ns/shop/sa/default"), works],
    [
      "one that allows another identity does not",
      allowing("cluster.local/ns/shop/sa/other"),
      "client -> web:8080 breaks (authorization-refused)",
    ],
    ["one that only audits refuses nothing", authorization("AUDIT"), works],
    [
      "a rule that could not be understood makes the call unknown",
      OBJECT("DestinationRule", NETWORKING, "{host: web, trafficPolicy: {tls: {mode: OFF}}}"),
      unknown,
    ],
  ];
  for (const [title, more, expected] of cases) {
    it(title, () => assert.deepEqual(arrivals(strictShop(more, "app: client")), [expected]));
  }

  it("the patch that keeps a verdict from being known is named with its place", () => {
    const mesh = meshFrom(strictShop(filter("shop", `${LUA}}, {${MERGED}`), "app: client"));
    const [arrival] = policyImpact(mesh, policyNamed(mesh, "shop", "default")).arrivals;
    const missing = arrival?.verdict.outcome === "unknown" ? arrival.verdict.missing : [];
    assert.deepEqual(
      missing.map(({ says, place }) => [says, place?.pointer]),
      [
        [
          "what a patch of EnvoyFilter shop/other (MERGE CLUSTER) makes of the call cannot be told",
          "/spec/configPatches/1",
        ],
      ],
    );
  });

  it("none of what shapes a proxy matters to a caller without one", () => {
    assert.deepEqual(arrivals(strictShop(disabling("web", "shop"))), [
      "client -> web:8080 breaks (plaintext-to-strict)",
    ]);
  });

  it("a caller without a proxy breaks whatever an AuthorizationPolicy says", () => {
    assert.deepEqual(arrivals(strictShop(authorization("ALLOW"))), ["client -> web:8080 breaks (plaintext-to-strict)"]);
  });
});

describe("traffic that passes the proxies", () => {
  const excluded = (labels: string, annotations: string) =>
    strictShop("", labels).replace(
      "metadata: {labels: {app: web}}",
      `metadata: {labels: {app: web}, annotations: {${annotations}}}`,
    );
  const port = "traffic.sidecar.istio.io/excludeInboundPorts: '8080'";

  it("an excluded port takes plaintext under STRICT", () => {
    assert.deepEqual(arrivals(excluded("app: client, sidecar.istio.io/inject: 'false'", port)), [
      "client -> web:8080 works (plaintext)",
    ]);
  });

  it("and breaks meshed callers, whose proxies are not told", () => {
    assert.deepEqual(arrivals(excluded("app: client", port)), ["client -> web:8080 breaks (mtls-past-proxy)"]);
  });

  it("an exclusion is nothing where the included ports are a list", () => {
    const both = `${port}, traffic.sidecar.istio.io/includeInboundPorts: '8080'`;
    assert.deepEqual(arrivals(excluded("app: client", both)), ["client -> web:8080 works (mtls)"]);
  });

  it("a caller that excludes the port outbound sends plaintext", () => {
    const yaml = strictShop("", "app: client").replace(
      "metadata: {labels: {app: client}}",
      "metadata: {labels: {app: client}, annotations: {traffic.sidecar.istio.io/excludeOutboundPorts: '80'}}",
    );
    assert.deepEqual(arrivals(yaml), ["client -> web:8080 breaks (plaintext-to-strict)"]);
  });

  it("an init container may run before the sidecar", () => {
    const yaml = strictShop("", "app: client").replace(
      "spec: {containers: [{name: app, image: example/app, env:",
      "spec: {initContainers: [{name: wait, args: ['curl http://web']}], containers: [{name: app, env:",
    );
    assert.deepEqual(arrivals(yaml), ["client -> web:8080 works (mtls)", "client -> web:8080 unknown (?)"]);
  });
});
