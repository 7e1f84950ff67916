import assert from "node:assert/strict";
import { eventually, startCluster, type TestCluster } from "./cluster.ts";

const PODS = `
apiVersion: v1
kind: Pod
metadata: {name: one, labels: {app: web}}
spec: {containers: [{name: a, image: b, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: two, labels: {app: web}}
spec: {containers: [{name: a, image: b, ports: [{name: http, containerPort: 9090}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: nameless, labels: {app: web}}
spec: {containers: [{name: a, image: b}]}
`;

describe("Services of the embedded mesh", () => {
  let cluster: TestCluster;
  beforeEach(() => {
    cluster = startCluster();
  });
  afterEach(() => {
    cluster.close();
    assert.deepEqual(cluster.failures, []);
  });

  const service = (spec: string) =>
    cluster.apply(`{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {${spec}}}`);
  const slices = () =>
    cluster
      .list("EndpointSlice")
      .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === "web")
      .map(({ ports, endpoints }) => ({
        ports: ((ports ?? []) as readonly { port: number }[]).map(({ port }) => port),
        pods: ((endpoints ?? []) as unknown as readonly Endpoint[]).map(({ targetRef, conditions }) =>
          conditions.ready ? targetRef.name : `(${targetRef.name})`,
        ),
      }))
      .toSorted((a, b) => (a.ports[0] ?? 0) - (b.ports[0] ?? 0));

  it("lead to the port that each pod names, and to none where it names none", async () => {
    cluster.apply(PODS);
    service("selector: {app: web}, ports: [{port: 80, targetPort: http}]");
    await eventually(() =>
      assert.deepEqual(slices(), [
        { ports: [], pods: ["nameless"] },
        { ports: [8080], pods: ["one"] },
        { ports: [9090], pods: ["two"] },
      ]),
    );
  });

  it("keep a pod that is not ready out, but for those that publish it", async () => {
    cluster.become("b", "Pending");
    cluster.apply(PODS);
    service("selector: {app: web}, ports: [{port: 80}]");
    await eventually(() => assert.deepEqual(slices(), [{ ports: [80], pods: ["(nameless)", "(one)", "(two)"] }]));
    cluster.merge("Service", "web", { spec: { publishNotReadyAddresses: true } });
    await eventually(() => assert.deepEqual(slices(), [{ ports: [80], pods: ["nameless", "one", "two"] }]));
  });

  it("follow their selector and their pods", async () => {
    cluster.apply(PODS);
    service("selector: {app: web}, ports: [{port: 80}]");
    await eventually(() => assert.equal(slices()[0]?.pods.length, 3));
    cluster.delete("Pod", "two");
    await eventually(() => assert.deepEqual(slices(), [{ ports: [80], pods: ["nameless", "one"] }]));
    cluster.merge("Service", "web", { spec: { selector: { app: "other" } } });
    await eventually(() => assert.deepEqual(slices(), [{ ports: [], pods: [] }]));
    assert.equal(cluster.get("Endpoints", "web").subsets, undefined);
  });

  it("take their Endpoints and slices with them", async () => {
    cluster.apply(PODS);
    service("selector: {app: web}, ports: [{port: 80}]");
    await eventually(() => assert.equal(slices()[0]?.pods.length, 3));
    cluster.delete("Service", "web");
    await eventually(() => assert.throws(() => cluster.get("Endpoints", "web")));
    await eventually(() => assert.deepEqual(slices(), []));
  });

  it("leave slices alone that somebody made by hand", async () => {
    service("ports: [{port: 80}]");
    cluster.apply(
      `{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: manual, labels: {kubernetes.io/service-name: web}}, addressType: IPv4, ports: [{port: 80}], endpoints: [{addresses: [192.0.2.9]}]}`,
    );
    cluster.delete("Service", "web");
    await eventually(() => assert.throws(() => cluster.get("Service", "web")));
    assert.equal(cluster.list("EndpointSlice").filter(({ metadata }) => metadata.name === "manual").length, 1);
  });

  it("get an address of this machine where they are load balancers", async () => {
    service("type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]");
    await eventually(() =>
      assert.deepEqual(cluster.get("Service", "web").status, {
        loadBalancer: { ingress: [{ ip: "127.66.0.1", ipMode: "VIP" }] },
      }),
    );
  });
});

describe("The scheduler of the embedded mesh", () => {
  it("tells why a pod finds no node, and places it when there is one", async () => {
    const cluster = startCluster();
    cluster.apply(
      "{apiVersion: v1, kind: Pod, metadata: {name: picky}, spec: {nodeSelector: {disk: gold}, containers: [{name: a, image: b}]}}",
    );
    const condition = () =>
      (cluster.get("Pod", "picky").status as { conditions: readonly Readonly<Record<string, string>>[] }).conditions[0];
    await eventually(() =>
      assert.deepEqual([condition()?.type, condition()?.reason], ["PodScheduled", "Unschedulable"]),
    );
    cluster.apply("{apiVersion: v1, kind: Node, metadata: {name: gold, labels: {disk: gold}}}");
    await eventually(() => assert.equal((cluster.get("Pod", "picky").spec as { nodeName?: string }).nodeName, "gold"));
    const reasons = cluster.list("Event").map(({ reason }) => reason);
    assert.ok(reasons.includes("FailedScheduling") && reasons.includes("Scheduled"), reasons.join());
    cluster.close();
  });
});

describe("Namespaces of the embedded mesh", () => {
  it("hold what Kubernetes and istiod put there, also after somebody deleted it", async () => {
    const cluster = startCluster();
    cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}");
    const contents = () => [
      ...cluster.list("ServiceAccount", "shop").map(({ metadata }) => metadata.name),
      ...cluster.list("ConfigMap", "shop").map(({ metadata }) => metadata.name),
    ];
    const all = ["default", "istio-ca-crl", "istio-ca-root-cert", "kube-root-ca.crt"];
    await eventually(() => assert.deepEqual(contents(), all));
    cluster.delete("ConfigMap", "istio-ca-root-cert", "shop");
    await eventually(() => assert.deepEqual(contents(), all));
    cluster.close();
  });
});

interface Endpoint {
  readonly targetRef: { readonly name: string };
  readonly conditions: { readonly ready: boolean };
}
