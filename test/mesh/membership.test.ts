import assert from "node:assert/strict";
import type { Membership } from "../../src/mesh/membership/membership.ts";
import { deployment, meshFrom, SHOP_INJECTED, workloadNamed } from "./snapshot.ts";

const POD = (spec: string, meta = "") => `
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop${meta}}
spec: ${spec}
status: {phase: Running, podIP: 10.1.0.2}
`;

function say(membership: Membership): string {
  if (!membership.known) return `unknown: ${membership.missing.map(({ says }) => says).join("; ")}`;
  const { proxy, basis, reason } = membership;
  return `${basis} ${proxy}, ${"says" in reason ? reason.says : reason.code}`;
}

describe("membership of observed pods", () => {
  const cases: readonly (readonly [title: string, yaml: string, expected: string])[] = [
    ["a pod without proxy is out", POD("{containers: [{name: app}]}"), "observed none, no-proxy-container"],
    [
      "a container istio-proxy is a sidecar",
      POD("{containers: [{name: app}, {name: istio-proxy, args: [proxy, sidecar]}]}"),
      "observed sidecar, proxy-container",
    ],
    [
      "an init container that keeps running is a native sidecar",
      POD("{initContainers: [{name: istio-proxy, restartPolicy: Always}], containers: [{name: app}]}"),
      "observed sidecar, proxy-container",
    ],
    [
      "an init container that ends is none",
      POD("{initContainers: [{name: istio-proxy}], containers: [{name: app}]}"),
      "observed none, no-proxy-container",
    ],
    [
      "a router is a gateway",
      POD("{containers: [{name: istio-proxy, args: [proxy, router]}]}"),
      "observed gateway, proxy-container",
    ],
    [
      "labels do not count for a running pod",
      SHOP_INJECTED + POD("{containers: [{name: app}]}", ", labels: {sidecar.istio.io/inject: 'true'}"),
      "observed none, no-proxy-container",
    ],
  ];
  for (const [title, yaml, expected] of cases) {
    it(title, () => {
      const [replica] = workloadNamed(meshFrom(yaml), "web-1").replicas;
      assert.equal(replica === undefined ? "no replica" : say(replica.membership), expected);
    });
  }
});

const NAMESPACE = (labels: string) => `
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {${labels}}}
`;

describe("membership of pods to come", () => {
  const cases: readonly (readonly [title: string, yaml: string, expected: string])[] = [
    [
      "a labelled namespace injects",
      NAMESPACE("istio-injection: enabled") + deployment("web"),
      "predicted sidecar, webhook",
    ],
    [
      "a namespace without labels does not",
      NAMESPACE("") + deployment("web"),
      "predicted none, namespace shop is not labelled",
    ],
    [
      "a proxy that is written into the template is there without a label",
      NAMESPACE("") +
        deployment("web").replace("{name: app,", "{name: istio-proxy, image: istio/proxyv2}, {name: app,"),
      "predicted sidecar, proxy-container",
    ],
    [
      "a proxy whose image is left to the injector is not there without it",
      NAMESPACE("") + deployment("web").replace("{name: app,", "{name: istio-proxy, image: auto}, {name: app,"),
      "predicted none, namespace shop is not labelled",
    ],
    [
      "the labels of a namespace that is in no file are not assumed",
      deployment("web"),
      "unknown: the labels of namespace shop are not in these files",
    ],
    [
      "a pod's own label is enough in a namespace without labels",
      NAMESPACE("") + deployment("web", { labels: "app: web, sidecar.istio.io/inject: 'true'" }),
      "predicted sidecar, webhook",
    ],
    [
      "istio-injection: disabled beats a pod's label",
      NAMESPACE("istio-injection: disabled") +
        deployment("web", { labels: "app: web, sidecar.istio.io/inject: 'true'" }),
      "predicted none, namespace shop says istio-injection: disabled",
    ],
    [
      "a pod's label false beats its namespace",
      SHOP_INJECTED + deployment("web", { labels: "app: web, sidecar.istio.io/inject: 'false'" }),
      "predicted none, its label sidecar.istio.io/inject says false",
    ],
    [
      "whether another revision is installed is not assumed",
      NAMESPACE("istio.io/rev: canary") + deployment("web"),
      "unknown: the injector of revision canary is not in these files",
    ],
    [
      "ambient mode captures pods that no sidecar is put into",
      NAMESPACE("istio.io/dataplane-mode: ambient") + deployment("web"),
      "predicted ztunnel, dataplane-mode",
    ],
  ];
  for (const [title, yaml, expected] of cases) {
    it(title, () => assert.equal(say(workloadNamed(meshFrom(yaml), "web").afterRestart), expected));
  }

  it("a person's statement stands in for a missing namespace", () => {
    const mesh = meshFrom(deployment("web"), { shop: { "istio-injection": "enabled" } });
    assert.equal(say(workloadNamed(mesh, "web").afterRestart), "predicted sidecar, webhook");
  });

  it("the Namespace object wins over a person's statement", () => {
    const mesh = meshFrom(NAMESPACE("") + deployment("web"), { shop: { "istio-injection": "enabled" } });
    assert.equal(say(workloadNamed(mesh, "web").afterRestart), "predicted none, namespace shop is not labelled");
  });
});

const OWNED_POD = (labels: string, containers = "[{name: app}]", day = 1) => `
---
apiVersion: v1
kind: Pod
metadata:
  name: web-5f9c7d-abcd${day}
  creationTimestamp: "2026-01-0${day}T00:00:00Z"
  namespace: shop
  labels: {pod-template-hash: 5f9c7d, ${labels}}
  ownerReferences: [{kind: ReplicaSet, name: web-5f9c7d}]
spec: {containers: ${containers}}
status: {phase: Running, podIP: 10.1.0.2}
`;

describe("replicas of a workload", () => {
  const sidecar = "[{name: app}, {name: istio-proxy}]";

  it("observed pods belong to the Deployment that their ReplicaSet is named after", () => {
    const mesh = meshFrom(SHOP_INJECTED + deployment("web") + OWNED_POD("app: web", sidecar));
    assert.deepEqual(
      mesh.workloads.map(({ kind, name, replicas }) => [kind, name, replicas.map(({ pod }) => pod?.name)]),
      [["Deployment", "web", ["web-5f9c7d-abcd1"]]],
    );
  });

  it("pods tell of a Deployment that is in no file", () => {
    const mesh = meshFrom(OWNED_POD("app: web"));
    assert.deepEqual(
      mesh.workloads.map(({ kind, name }) => [kind, name]),
      [["Deployment", "web"]],
    );
  });

  it("observed pods beat what labels predict, and a restart would follow the labels", () => {
    const web = workloadNamed(meshFrom(SHOP_INJECTED + deployment("web") + OWNED_POD("app: web")), "web");
    assert.deepEqual(
      web.replicas.map(({ membership }) => say(membership)),
      ["observed none, no-proxy-container"],
    );
    assert.equal(say(web.afterRestart), "predicted sidecar, webhook");
  });

  it("where a rollout left pods of two kinds, the youngest tells what a restart would give", () => {
    const older = OWNED_POD("app: web");
    const younger = OWNED_POD("app: web, sidecar.istio.io/inject: 'false'", "[{name: app}]", 2);
    for (const pods of [older + younger, younger + older]) {
      const web = workloadNamed(meshFrom(SHOP_INJECTED + pods), "web");
      assert.equal(say(web.afterRestart), "predicted none, its label sidecar.istio.io/inject says false");
    }
  });

  it("a template whose labels were edited makes new pods", () => {
    const edited = deployment("web", { labels: "app: web, sidecar.istio.io/inject: 'true'" });
    const web = workloadNamed(meshFrom(SHOP_INJECTED + edited + OWNED_POD("app: web")), "web");
    assert.deepEqual(
      web.replicas.map(({ membership }) => say(membership)),
      ["predicted sidecar, webhook"],
    );
  });

  it("labels that the injector and controllers add are no edit", () => {
    const added = "app: web, security.istio.io/tlsMode: istio, service.istio.io/canonical-name: web";
    const web = workloadNamed(meshFrom(SHOP_INJECTED + deployment("web") + OWNED_POD(added, sidecar)), "web");
    assert.deepEqual(
      web.replicas.map(({ membership }) => say(membership)),
      ["observed sidecar, proxy-container"],
    );
  });

  it("pods that have ended are no replicas", () => {
    const ended = OWNED_POD("app: web").replace("phase: Running", "phase: Succeeded");
    const web = workloadNamed(meshFrom(SHOP_INJECTED + deployment("web") + ended), "web");
    assert.deepEqual(
      web.replicas.map(({ pod }) => pod),
      [undefined],
    );
  });
});
