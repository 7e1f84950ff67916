/** How scrapes and probes arrive: they go to the pods themselves, where nothing of a Service applies. */
import assert from "node:assert/strict";
import { callIndex } from "../../src/mesh/callers/call-index.ts";
import { arrivalsOf } from "../../src/mesh/verdict/arrivals.ts";
import { deployment, meshFrom, policy, SHOP_INJECTED, service } from "./snapshot.ts";

const STRICT = policy("default", "{mtls: {mode: STRICT}}");
const PERMISSIVE = policy("default", "{mtls: {mode: PERMISSIVE}}");
const AMBIENT = SHOP_INJECTED.replace("istio-injection: enabled", "istio.io/dataplane-mode: ambient");
const MONITORING = (labels: string) => `
---
apiVersion: v1
kind: Namespace
metadata: {name: monitoring, labels: {${labels}}}
`;

const WEB_PORTS = "ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9102}]";
const WEB_SERVICE = service("web", "[{name: http, port: 80, targetPort: 8080}, {name: tcp-metrics, port: 9102}]");
const UNMERGED = 'prometheus.io/scrape: "true", prometheus.io/port: "9102", prometheus.istio.io/merge-metrics: "false"';
const web = (annotations = UNMERGED) => deployment("web", { container: WEB_PORTS, annotations }) + WEB_SERVICE;
const MERGED = web('prometheus.io/scrape: "true", prometheus.io/port: "9102"');

const prometheus = (annotations = "note: none") =>
  deployment("prom", { namespace: "monitoring", annotations }).replace("example/app", "prom/prometheus:v3");
const NAKED = MONITORING("a: b") + prometheus();
const MESHED = MONITORING("istio-injection: enabled") + prometheus();
const CAPTURED = MONITORING("istio.io/dataplane-mode: ambient") + prometheus();
/** As Istio's documentation sets it up: nothing is captured, and the proxy writes its certificate to a volume. */
const CERTIFIED =
  MONITORING("istio-injection: enabled") +
  prometheus(
    "traffic.sidecar.istio.io/includeOutboundIPRanges: '', proxy.istio.io/config: 'proxyMetadata: {OUTPUT_CERTS: /etc/prom-certs}'",
  );

const monitor = (endpoint: string) => `
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, podMetricsEndpoints: [{${endpoint}}]}
`;
const MESH = (settings: string) => `
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "${settings}"}
`;
const PLAIN_WEB = deployment("web", { container: WEB_PORTS }) + WEB_SERVICE;

function probed(probe: string, annotations = ""): string {
  const container = `${WEB_PORTS}, readinessProbe: {${probe}}`;
  const all = `sidecar.istio.io/rewriteAppHTTPProbers: "false"${annotations}`;
  return deployment("web", { container, annotations: all }) + WEB_SERVICE;
}

const PEERS =
  service("peers", "[{name: tcp-gossip, port: 7000}]").replace("{app: peers}", "{app: db}, clusterIP: None") +
  deployment("db", {
    container: "args: ['--seeds=db-0.peers:7000'], ports: [{containerPort: 7000}, {containerPort: 7001}]",
  })
    .replace("kind: Deployment", "kind: StatefulSet")
    .replace("spec:\n  selector", "spec:\n  serviceName: peers\n  selector");

function member(ordinal: number, proxied: boolean): string {
  const proxy = proxied ? ", {name: istio-proxy, args: [proxy, sidecar]}" : "";
  const believed = proxied ? ", security.istio.io/tlsMode: istio" : "";
  return `
---
apiVersion: v1
kind: Pod
metadata:
  name: db-${ordinal}
  namespace: shop
  labels: {app: db${believed}}
  ownerReferences: [{kind: StatefulSet, name: db}]
spec: {containers: [{name: app, image: example/app, ports: [{containerPort: 7000}]}${proxy}]}
status: {phase: Running, podIP: 10.1.0.${ordinal + 2}}
`;
}

const REFUSED_IN_CLEAR = "breaks (plaintext-to-strict)";

const CASES: readonly (readonly [what: string, yaml: string, ends: readonly string[]])[] = [
  ["no sidecar at Prometheus", SHOP_INJECTED + STRICT + web() + NAKED, [`prom -> 9102 ${REFUSED_IN_CLEAR}`]],
  [
    "a sidecar at Prometheus, which knows no address of a pod",
    SHOP_INJECTED + STRICT + web() + MESHED,
    ["prom -> 9102 breaks (proxy-sends-plaintext-to-strict)"],
  ],
  ["plaintext that is accepted", SHOP_INJECTED + PERMISSIVE + web() + MESHED, ["prom -> 9102 works (plaintext)"]],
  ["metrics that the agent merges", SHOP_INJECTED + STRICT + MERGED + NAKED, ["prom -> 15020 works (plaintext)"]],
  [
    "a server without a sidecar",
    STRICT +
      MONITORING("a: b") +
      web().replace("labels: {app", "labels: {sidecar.istio.io/inject: 'false', istio.io/dataplane-mode: none, app") +
      NAKED.replace(MONITORING("a: b"), ""),
    ["prom -> 9102 works (plaintext)"],
  ],
  [
    "a Prometheus that is in no file, refused whatever it is",
    SHOP_INJECTED + STRICT + web(),
    [`Prometheus -> 9102 ${REFUSED_IN_CLEAR}`],
  ],
  [
    "a Prometheus that is in no file, let in whatever it is",
    SHOP_INJECTED + PERMISSIVE + web(),
    ["Prometheus -> 9102 works (plaintext)"],
  ],
  [
    "a Prometheus that is in no file, whose sidecar would drop what it does not know",
    MESH("outboundTrafficPolicy: {mode: REGISTRY_ONLY}") + SHOP_INJECTED + PERMISSIVE + web(),
    ["Prometheus -> 9102 unknown: whether Prometheus has a sidecar is not in these files"],
  ],
  [
    "a Prometheus that is in no file, which ambient capture would let in",
    AMBIENT + STRICT + web(),
    ["Prometheus -> 9102 unknown: whether Prometheus has a sidecar is not in these files"],
  ],
  ["a captured Prometheus at a captured pod", AMBIENT + STRICT + web() + CAPTURED, ["prom -> 9102 works (mtls)"]],
  [
    "a captured Prometheus at a sidecar",
    SHOP_INJECTED + STRICT + web() + CAPTURED,
    ["prom -> 9102 breaks (ztunnel-sends-plaintext-to-strict)"],
  ],
  [
    "a pod of a headless Service, whose address the sidecar knows",
    SHOP_INJECTED +
      STRICT +
      web().replace("spec: {selector: {app: web}, ports", "spec: {clusterIP: None, selector: {app: web}, ports") +
      MESHED,
    ["prom -> 9102 works (mtls)"],
  ],
  [
    "a pod of a headless Service and a Prometheus that is in no file",
    SHOP_INJECTED +
      STRICT +
      web().replace("spec: {selector: {app: web}, ports", "spec: {clusterIP: None, selector: {app: web}, ports"),
    ["Prometheus -> 9102 unknown: whether Prometheus has a sidecar is not in these files"],
  ],
  [
    "a Prometheus that is given the certificate of the mesh",
    SHOP_INJECTED + STRICT + web() + CERTIFIED,
    ["prom -> 9102 unknown: whether the caller shows a certificate of the mesh is not in these files"],
  ],
  [
    "the same where nobody asks for it",
    SHOP_INJECTED + PERMISSIVE + web() + CERTIFIED,
    ["prom -> 9102 works (plaintext)"],
  ],
  [
    "a client certificate of a monitor",
    SHOP_INJECTED +
      STRICT +
      PLAIN_WEB +
      NAKED +
      monitor("port: metrics, scheme: https, tlsConfig: {certFile: /c, keyFile: /k}"),
    ["prom -> 9102 unknown: whether the caller shows a certificate of the mesh is not in these files"],
  ],
  [
    "TLS without a client certificate",
    SHOP_INJECTED +
      STRICT +
      PLAIN_WEB +
      NAKED +
      monitor("port: metrics, scheme: https, tlsConfig: {insecureSkipVerify: true}"),
    ["prom -> 9102 breaks (app-tls-to-strict)"],
  ],
  [
    "TLS to a port that is declared as HTTP",
    SHOP_INJECTED + PERMISSIVE + PLAIN_WEB + NAKED + monitor("port: http, scheme: https"),
    ["prom -> 8080 breaks (app-tls-to-http-port)"],
  ],
  [
    "an exception for the port",
    SHOP_INJECTED +
      policy(
        "web",
        "{selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}, portLevelMtls: {9102: {mode: PERMISSIVE}}}",
      ) +
      web() +
      NAKED,
    ["prom -> 9102 works (plaintext)"],
  ],
  [
    "a port that passes the proxy",
    SHOP_INJECTED + STRICT + web(`${UNMERGED}, traffic.sidecar.istio.io/excludeInboundPorts: "9102"`) + MESHED,
    ["prom -> 9102 works (plaintext)"],
  ],
  [
    "a probe that is not rewritten",
    SHOP_INJECTED + STRICT + probed("httpGet: {port: 8080}"),
    [`kubelet -> 8080 ${REFUSED_IN_CLEAR}`],
  ],
  [
    "a probe that is let in",
    SHOP_INJECTED + PERMISSIVE + probed("httpGet: {port: 8080}"),
    ["kubelet -> 8080 works (plaintext)"],
  ],
  [
    "a probe of a pod of which it is not known whether it has a sidecar",
    STRICT + probed("httpGet: {port: 8080}"),
    ["kubelet -> 8080 unknown: the labels of namespace shop are not in these files"],
  ],
  [
    "a probe by HTTPS on a port that is declared as HTTP",
    SHOP_INJECTED + PERMISSIVE + probed("httpGet: {port: 8080, scheme: HTTPS}"),
    ["kubelet -> 8080 breaks (app-tls-to-http-port)"],
  ],
  [
    "a probe by HTTPS on a port that takes any bytes",
    SHOP_INJECTED + PERMISSIVE + probed("httpGet: {port: 9102, scheme: HTTPS}"),
    ["kubelet -> 9102 works (app-tls)"],
  ],
  [
    "a probe of a port that passes the proxy",
    SHOP_INJECTED + STRICT + probed("httpGet: {port: 8080}", ', traffic.sidecar.istio.io/excludeInboundPorts: "8080"'),
    ["kubelet -> 8080 works (plaintext)"],
  ],
  [
    "a probe that an AuthorizationPolicy refuses",
    `${SHOP_INJECTED + PERMISSIVE + probed("httpGet: {port: 8080}")}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: nobody, namespace: shop}
spec: {}
`,
    ["kubelet -> 8080 breaks (authorization-refused)"],
  ],
  ["peers below a headless Service", SHOP_INJECTED + STRICT + PEERS, ["db -> 7000 works (mtls)"]],
  [
    "peers whose mode is DISABLE, which their proxies do not look at",
    SHOP_INJECTED + policy("db", "{selector: {matchLabels: {app: db}}, mtls: {mode: DISABLE}}") + PEERS,
    ["db -> 7000 breaks (mtls-to-disabled)"],
  ],
  [
    "peers of which one runs without a sidecar",
    SHOP_INJECTED + STRICT + PEERS + member(0, true) + member(1, false),
    ["db -> 7000 breaks (plaintext-to-strict)"],
  ],
  [
    "peers that all run with a sidecar",
    SHOP_INJECTED + STRICT + PEERS + member(0, true) + member(1, true),
    ["db -> 7000 works (mtls)"],
  ],
  [
    "a single member, which calls itself past both sides of its proxy",
    SHOP_INJECTED + STRICT + PEERS + member(0, true),
    ["db -> 7000 works (plaintext)"],
  ],
  [
    "a port of peers that their Service has not",
    SHOP_INJECTED + STRICT + PEERS.replace("db-0.peers:7000", "db-0.peers:7001"),
    ["db -> 7001 breaks (proxy-sends-plaintext-to-strict)"],
  ],
];

function ends(yaml: string): readonly string[] {
  const mesh = meshFrom(yaml);
  return callIndex(mesh)
    .calls.flatMap((call) => arrivalsOf(mesh, call))
    .map(({ call, port, verdict }) => {
      const details = {
        works: () => (verdict.outcome === "works" ? ` (${verdict.wire})` : ""),
        breaks: () => (verdict.outcome === "breaks" ? ` (${verdict.reason})` : ""),
        unknown: () => (verdict.outcome === "unknown" ? `: ${verdict.missing.map(({ says }) => says).join("; ")}` : ""),
      };
      return `${call.caller.name} -> ${port} ${verdict.outcome}${details[verdict.outcome]()}`;
    });
}

describe("calls to the addresses of pods", () => {
  for (const [what, yaml, expected] of CASES) {
    it(`${what}: ${expected.join(", ")}`, () => {
      assert.deepEqual(ends(yaml), expected);
    });
  }
});
