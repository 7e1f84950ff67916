import assert from "node:assert/strict";
import type { JsonMap, KubernetesObject } from "../../../src/embedded/api/object.ts";
import { startCluster, type TestCluster } from "./cluster.ts";

/** Labels of the namespace, labels and annotations of the pod, and whether it gets a proxy. */
const CASES: readonly (readonly [namespace: string, labels: string, annotations: string, injected: boolean])[] = [
  ["", "", "", false],
  ["istio-injection: enabled", "", "", true],
  ["istio-injection: enabled", 'sidecar.istio.io/inject: "false"', "", false],
  ["istio-injection: enabled", "", 'sidecar.istio.io/inject: "false"', false],
  ["istio-injection: enabled", "sidecar.istio.io/inject: maybe", "", true],
  ["istio-injection: disabled", 'sidecar.istio.io/inject: "true"', "", false],
  ["", 'sidecar.istio.io/inject: "true"', "", true],
  ["istio.io/rev: default", "", "", true],
  ["istio.io/rev: canary", "", "", false],
  ["", "istio.io/rev: default", "", true],
  ["", "istio.io/rev: canary", "", false],
];

describe("Injection into pods of the embedded mesh", () => {
  let cluster: TestCluster;
  beforeEach(() => {
    cluster = startCluster();
  });
  afterEach(() => cluster.close());

  const created = (namespace: string, labels: string, annotations: string, spec: string): KubernetesObject => {
    cluster.apply(`{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {${namespace}}}}`);
    cluster.apply(
      `{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {${labels}}, annotations: {${annotations}}}, spec: {${spec}}}`,
    );
    return cluster.get("Pod", "web", "shop");
  };
  const ONE = "containers: [{name: app, image: web}]";

  for (const [namespace, labels, annotations, injected] of CASES) {
    const said = [
      namespace && `namespace ${namespace}`,
      labels && `label ${labels}`,
      annotations && `annotation ${annotations}`,
    ];
    it(`${injected ? "happens" : "does not happen"} with ${said.filter(Boolean).join(" and ") || "no label"}`, () => {
      const { spec } = created(namespace, labels, annotations, ONE);
      const names = ((spec as JsonMap).initContainers as readonly JsonMap[] | undefined)?.map(({ name }) => name);
      assert.deepEqual(names ?? [], injected ? ["istio-init", "istio-proxy"] : []);
    });
  }

  it("never happens to a pod of the host's network", () => {
    const { spec } = created("istio-injection: enabled", "", "", `hostNetwork: true, ${ONE}`);
    assert.equal((spec as JsonMap).initContainers, undefined);
  });

  it("adds the labels by which callers know a proxy, and leaves those that are there", () => {
    const { metadata } = created(
      "istio-injection: enabled",
      "app: shop, version: v2, security.istio.io/tlsMode: disabled",
      "",
      ONE,
    );
    assert.equal(metadata.labels?.["security.istio.io/tlsMode"], "disabled");
    assert.equal(metadata.labels?.["service.istio.io/canonical-name"], "shop");
    assert.equal(metadata.labels?.["service.istio.io/canonical-revision"], "v2");
    assert.equal(metadata.annotations?.["kubectl.kubernetes.io/default-container"], "app");
    assert.equal(
      (JSON.parse(metadata.annotations?.["sidecar.istio.io/status"] ?? "{}") as JsonMap).revision,
      "default",
    );
  });

  it("makes the proxy the first of the init containers that keep running", () => {
    const { spec } = created("istio-injection: enabled", "", "", `initContainers: [{name: migrate, image: m}], ${ONE}`);
    const init = (spec as JsonMap).initContainers as readonly JsonMap[];
    assert.deepEqual(
      init.map(({ name, restartPolicy }) => [name, restartPolicy]),
      [
        ["istio-init", undefined],
        ["istio-proxy", "Always"],
        ["migrate", undefined],
      ],
    );
  });

  it("sends probes to the agent, which passes them on to the number behind a named port", () => {
    const { spec } = created(
      "istio-injection: enabled",
      "",
      "",
      'containers: [{name: app, image: web, ports: [{name: http, containerPort: 8080}], livenessProbe: {httpGet: {path: /healthz, port: http}}, readinessProbe: {tcpSocket: {port: 8080}}, startupProbe: {exec: {command: ["true"]}}}]',
    );
    const [app = {}] = (spec as JsonMap).containers as readonly JsonMap[];
    assert.deepEqual((app.livenessProbe as JsonMap).httpGet, {
      path: "/app-health/app/livez",
      port: 15020,
      scheme: "HTTP",
    });
    assert.deepEqual((app.readinessProbe as JsonMap).httpGet, {
      path: "/app-health/app/readyz",
      port: 15020,
      scheme: "HTTP",
    });
    assert.equal((app.startupProbe as JsonMap).httpGet, undefined);
    const proxies = ((spec as JsonMap).initContainers as readonly JsonMap[]).filter(
      ({ name }) => name === "istio-proxy",
    );
    const env = proxies.flatMap((proxy) => proxy.env as readonly JsonMap[]);
    const probers = env.find(({ name }) => name === "ISTIO_KUBE_APP_PROBERS")?.value;
    const passed = JSON.parse(String(probers)) as Readonly<Record<string, JsonMap>>;
    assert.deepEqual(Object.keys(passed).toSorted(), ["/app-health/app/livez", "/app-health/app/readyz"]);
    const { httpGet } = passed["/app-health/app/livez"] ?? {};
    assert.equal((httpGet as JsonMap).port, 8080);
  });

  it("leaves probes alone where the pod says so", () => {
    const { spec } = created(
      "istio-injection: enabled",
      "",
      'sidecar.istio.io/rewriteAppHTTPProbers: "false"',
      "containers: [{name: app, image: web, livenessProbe: {httpGet: {path: /healthz, port: 8080}}}]",
    );
    const [app = {}] = (spec as JsonMap).containers as readonly JsonMap[];
    assert.equal(((app.livenessProbe as JsonMap).httpGet as JsonMap).port, 8080);
  });
});
