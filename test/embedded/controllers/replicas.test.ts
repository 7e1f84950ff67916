import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../src/embedded/api/object.ts";
import { eventually, startCluster, type TestCluster } from "./cluster.ts";

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {kubernetes.io/change-cause: first}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:1"}]}
`;

describe("Deployments of the embedded mesh", () => {
  let cluster: TestCluster;
  beforeEach(() => {
    cluster = startCluster();
  });
  afterEach(() => {
    cluster.close();
    assert.deepEqual(cluster.failures, []);
  });

  const sets = () =>
    cluster.list("ReplicaSet").map((set) => [revisionOf(set), (set.spec as { replicas: number }).replicas]);
  const status = () => cluster.get("Deployment", "web").status as Readonly<Record<string, unknown>>;
  const isDone = (replicas: number) =>
    eventually(() => {
      const { conditions, observedGeneration: _, ...counts } = status();
      assert.deepEqual(counts, {
        replicas,
        updatedReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
      });
      const reasons = (conditions as readonly { reason: string }[]).map(({ reason }) => reason);
      assert.deepEqual(reasons.toSorted(), ["MinimumReplicasAvailable", "NewReplicaSetAvailable"]);
    });
  const image = (tag: string) => {
    const template = { spec: { containers: [{ name: "app", image: `web:${tag}` }] } };
    cluster.merge("Deployment", "web", { spec: { template } });
  };

  it("has as many pods as it says, named after a ReplicaSet of its template", async () => {
    cluster.apply(WEB);
    await isDone(3);
    const [set] = cluster.list("ReplicaSet");
    assert.match(set?.metadata.name ?? "", /^web-(?=[bcdf]*\d)[bcdf4-9]{6,10}$/);
    const names = cluster.list("Pod").map(({ metadata }) => metadata.name);
    assert.equal(names.length, 3);
    for (const name of names) assert.match(name, new RegExp(`^${set?.metadata.name}-[bcdfghjklmnpqrstvwxz2-9]{5}$`));
  });

  it("rolls to a new template with at most one pod more and none less", async () => {
    cluster.apply(WEB);
    await isDone(3);
    const seen: { total: number; ready: number }[] = [];
    const stop = cluster.resources.watch(cluster.kind("Pod"), () => {
      const pods = cluster.list("Pod").filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      seen.push({ total: pods.length, ready: pods.filter(isReady).length });
    });
    image("2");
    await eventually(() =>
      assert.deepEqual(sets().toSorted(), [
        ["1", 0],
        ["2", 3],
      ]),
    );
    await isDone(3);
    stop();
    assert.ok(Math.max(...seen.map(({ total }) => total)) === 4, JSON.stringify(seen));
    assert.ok(Math.min(...seen.map(({ ready }) => ready)) >= 3, JSON.stringify(seen));
  });

  it("gives a template that comes back its old ReplicaSet under a new number", async () => {
    cluster.apply(WEB);
    await isDone(3);
    image("2");
    await eventually(() =>
      assert.deepEqual(sets().toSorted(), [
        ["1", 0],
        ["2", 3],
      ]),
    );
    image("1");
    await eventually(() =>
      assert.deepEqual(sets().toSorted(), [
        ["2", 0],
        ["3", 3],
      ]),
    );
    assert.equal(revisionOf(cluster.get("Deployment", "web")), "3");
  });

  it("waits while it is paused, but for its size", async () => {
    cluster.apply(WEB);
    await isDone(3);
    cluster.merge("Deployment", "web", { spec: { paused: true, replicas: 2 } });
    image("2");
    await eventually(() => assert.deepEqual(sets(), [["1", 2]]));
    cluster.merge("Deployment", "web", { spec: { paused: null } });
    await eventually(() =>
      assert.deepEqual(sets().toSorted(), [
        ["1", 0],
        ["2", 2],
      ]),
    );
  });

  it("ends all old pods before it makes new ones where its strategy is Recreate", async () => {
    cluster.apply(WEB.replace("replicas: 3", "replicas: 2\n  strategy: {type: Recreate}"));
    await isDone(2);
    const images = new Set<string>();
    const stop = cluster.resources.watch(cluster.kind("Pod"), () => {
      images.add([...new Set(cluster.list("Pod").map(imageOf))].toSorted().join());
    });
    image("2");
    await eventually(() =>
      assert.deepEqual(sets().toSorted(), [
        ["1", 0],
        ["2", 2],
      ]),
    );
    await isDone(2);
    stop();
    assert.ok(!images.has("web:1,web:2"), [...images].join(" | "));
  });

  it("does not replace pods that cannot become ready by more of them", async () => {
    cluster.apply(WEB);
    await isDone(3);
    cluster.become("web:2", "Pending");
    image("2");
    await eventually(() => assert.equal(cluster.list("ReplicaSet").length, 2));
    await eventually(() => assert.equal(status().unavailableReplicas, 1));
    assert.deepEqual(sets().toSorted(), [
      ["1", 3],
      ["2", 1],
    ]);
  });
});

describe("ReplicaSets of the embedded mesh", () => {
  let cluster: TestCluster;
  beforeEach(() => {
    cluster = startCluster();
  });
  afterEach(() => cluster.close());

  it("adopt a pod that fits, and release one whose label changes", async () => {
    cluster.apply(
      "{apiVersion: v1, kind: Pod, metadata: {name: bare, labels: {app: web}}, spec: {containers: [{name: a, image: b}]}}",
    );
    cluster.apply(`
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: b}]}}
`);
    await eventually(() => assert.equal(cluster.get("Pod", "bare").metadata.ownerReferences?.[0]?.name, "web"));
    assert.equal(cluster.list("Pod").length, 1);
    cluster.merge("Pod", "bare", { metadata: { labels: { app: "other" } } });
    await eventually(() => assert.equal(cluster.list("Pod").length, 2));
    await eventually(() => assert.equal(cluster.get("Pod", "bare").metadata.ownerReferences, undefined));
  });
});

describe("StatefulSets of the embedded mesh", () => {
  let cluster: TestCluster;
  beforeEach(() => {
    cluster = startCluster();
  });
  afterEach(() => cluster.close());

  const DB = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 3
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: pg, image: "pg:1"}]}}
`;
  const names = () => cluster.list("Pod").map(({ metadata }) => metadata.name);

  it("make the next pod when the one before is ready", async () => {
    cluster.become("pg:1", "Pending");
    cluster.apply(DB);
    await eventually(() => assert.deepEqual(names(), ["db-0"]));
    cluster.become("pg:1", "Running");
    await eventually(() => assert.deepEqual(names(), ["db-0", "db-1", "db-2"]));
    const { metadata, spec } = cluster.get("Pod", "db-1");
    assert.equal(metadata.labels?.["statefulset.kubernetes.io/pod-name"], "db-1");
    assert.deepEqual([(spec as Named).hostname, (spec as Named).subdomain], ["db-1", "db"]);
  });

  it("end the last pod first, and change pods from the last to the first", async () => {
    cluster.apply(DB);
    await eventually(() => assert.equal(names().length, 3));
    cluster.merge("StatefulSet", "db", { spec: { replicas: 2 } });
    await eventually(() => assert.deepEqual(names(), ["db-0", "db-1"]));
    const order: string[] = [];
    cluster.resources.watch(cluster.kind("Pod"), (event) => {
      if (event.type === "DELETED") order.push(event.object.metadata.name);
    });
    cluster.merge("StatefulSet", "db", {
      spec: { template: { spec: { containers: [{ name: "pg", image: "pg:2" }] } } },
    });
    await eventually(() => assert.deepEqual(cluster.list("Pod").map(imageOf), ["pg:2", "pg:2"]));
    assert.deepEqual(order, ["db-1", "db-0"]);
  });
});

describe("DaemonSets of the embedded mesh", () => {
  it("have one pod on every node that fits", async () => {
    const cluster = startCluster();
    cluster.apply("{apiVersion: v1, kind: Node, metadata: {name: gold, labels: {disk: gold}}}");
    const set = (name: string, spec: string) =>
      cluster.apply(
        `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: ${name}}, spec: {selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}}, spec: {${spec} containers: [{name: a, image: b}]}}}}`,
      );
    set("everywhere", "");
    set("picky", "nodeSelector: {disk: gold},");
    const nodes = (app: string) =>
      cluster
        .list("Pod")
        .filter(({ metadata }) => metadata.labels?.app === app)
        .map(({ spec }) => (spec as Named).nodeName);
    await eventually(() => assert.deepEqual(nodes("everywhere").toSorted(), ["gold", "mtls-lens"]));
    await eventually(() => assert.deepEqual(nodes("picky"), ["gold"]));
    cluster.close();
  });
});

interface Named {
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly nodeName?: string;
  readonly containers?: readonly { readonly image: string }[];
}

function imageOf({ spec }: KubernetesObject): string {
  return (spec as Named).containers?.[0]?.image ?? "";
}

function isReady({ status }: KubernetesObject): boolean {
  const { conditions = [] } = (status ?? {}) as { readonly conditions?: readonly { type: string; status: string }[] };
  return conditions.some((each) => each.type === "Ready" && each.status === "True");
}

function revisionOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.annotations?.["deployment.kubernetes.io/revision"];
}
