import assert from "node:assert/strict";
import type { JsonMap } from "../../../src/embedded/api/object.ts";
import { isReady, type Pod, startNode, type TestNode } from "./node.ts";

let node: TestNode;

const app = (more: JsonMap): JsonMap => ({ containers: [{ name: "app", image: "busybox", ...more }] });
const sh = (script: string): JsonMap => ({ command: ["sh", "-c", script] });
const first = (pod: Pod | undefined) => pod?.status?.containerStatuses?.[0];

describe("pods on the node", function () {
  this.timeout(8000);
  beforeEach(() => {
    node = startNode();
  });
  afterEach(async () => {
    await node.close();
    assert.deepEqual(node.failures, []);
  });

  it("are first Pending and ContainerCreating, then Running and ready, with an address, ids and events", async () => {
    node.run("web");
    const early = await node.until("web", (pod) => pod?.status?.containerStatuses !== undefined);
    assert.deepEqual(
      [early.status.phase, first(early)?.state],
      ["Pending", { waiting: { reason: "ContainerCreating" } }],
    );
    const ready = await node.until("web", isReady);
    assert.equal(ready.status.phase, "Running");
    assert.match(ready.status.podIP, /^10\.66\.\d+\.\d+$/);
    const [status] = ready.status.containerStatuses as unknown as readonly JsonMap[];
    assert.match(String(status?.containerID), /^containerd:\/\/[0-9a-f]{64}$/);
    assert.match(String(status?.imageID), /^docker\.io\/library\/busybox@sha256:[0-9a-f]{64}$/);
    assert.equal(status?.image, "docker.io/library/busybox:latest");
    assert.deepEqual(node.events("web"), [
      'Pulling: Pulling image "busybox"',
      'Pulled: Successfully pulled image "busybox" in 30ms (30ms including waiting). Image size: 0 bytes.',
      "Created: Created container: app",
      "Started: Started container app",
    ]);
  });

  it("have addresses of their own, which are free again when they are gone", async () => {
    node.run("a");
    node.run("b");
    const [a, b] = [await node.until("a", isReady), await node.until("b", isReady)];
    assert.notEqual(a.status.podIP, b.status.podIP);
    node.remove("a");
    await node.until("a", (pod) => pod === undefined);
    assert.match((await node.exec("b", ["curl", "-sS", `http://${a.status.podIP}`])).err, /^curl: \(7\)/);
  });

  it("are not started when they are another node's", async () => {
    node.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "away" },
      spec: { nodeName: "other", containers: [{ name: "app", image: "busybox" }] },
    });
    node.run("here");
    await node.until("here", isReady);
    assert.equal(node.pod("away")?.status.containerStatuses, undefined);
  });

  it("end gracefully, and say so", async () => {
    node.run("web");
    await node.until("web", isReady);
    node.remove("web");
    assert.notEqual(node.pod("web"), undefined);
    await node.until("web", (pod) => pod === undefined);
    assert.ok(node.events("web").includes("Killing: Stopping container app"));
  });

  it("that are deleted while they start are gone", async () => {
    node.run("web", app({ env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "absent", key: "a" } } }] }));
    await node.until("web", (pod) => first(pod)?.state.waiting?.reason === "CreateContainerConfigError");
    node.remove("web");
    await node.until("web", (pod) => pod === undefined);
  });

  it("start again under the same name while the old ones end", async () => {
    node.run("web");
    await node.until("web", isReady);
    const before = node.pod("web")?.metadata.uid;
    node.remove("web");
    await node.until("web", (pod) => pod === undefined);
    node.run("web");
    assert.notEqual((await node.until("web", isReady)).metadata.uid, before);
  });

  const ends: readonly (readonly [policy: string, script: string, phase: string, exitCode: number, reason: string])[] =
    [
      ["Never", "exit 0", "Succeeded", 0, "Completed"],
      ["Never", "exit 3", "Failed", 3, "Error"],
      ["OnFailure", "exit 0", "Succeeded", 0, "Completed"],
    ];
  for (const [restartPolicy, script, phase, exitCode, reason] of ends) {
    it(`are ${phase} after "${script}" with restartPolicy ${restartPolicy}`, async () => {
      node.run("job", { restartPolicy, ...app(sh(`echo done; ${script}`)) });
      const pod = await node.until("job", (found) => found?.status?.phase === phase);
      const { terminated } = first(pod)?.state ?? {};
      assert.deepEqual([terminated?.exitCode, terminated?.reason, isReady(pod)], [exitCode, reason, false]);
      assert.equal(await node.logs("job"), "done\n");
    });
  }

  for (const restartPolicy of ["Always", "OnFailure"]) {
    it(`are restarted with growing pauses when they fail with restartPolicy ${restartPolicy}`, async () => {
      node.run("crash", { restartPolicy, ...app(sh("echo run; exit 3")) });
      const pod = await node.until(
        "crash",
        (found) => first(found)?.state.waiting?.reason === "CrashLoopBackOff" && (first(found)?.restartCount ?? 0) >= 2,
      );
      assert.equal(first(pod)?.lastState.terminated?.exitCode, 3);
      assert.ok(
        node
          .events("crash")
          .some((event) => /^BackOff: Back-off restarting failed container app in pod crash_shop\(/.test(event)),
      );
    });
  }

  it("run init containers one after the other, and hold the others back meanwhile", async () => {
    const init = (name: string, script: string): JsonMap => ({ name, image: "busybox", ...sh(script) });
    node.run("web", {
      ...app({}),
      initContainers: [
        init("one", "sleep 0.1; echo one"),
        init("two", "echo two"),
        { name: "migrate", image: "shop/migrate" },
      ],
    });
    const early = await node.until(
      "web",
      (pod) => pod?.status?.initContainerStatuses?.[0]?.state.running !== undefined,
    );
    assert.deepEqual([early.status.phase, first(early)?.state.waiting?.reason], ["Pending", "PodInitializing"]);
    const ready = await node.until("web", isReady);
    assert.deepEqual(
      ready.status.initContainerStatuses.map(({ state }) => state.terminated?.reason),
      ["Completed", "Completed", "Completed"],
    );
  });

  it("keep a sidecar among the init containers running, and end it after the others", async () => {
    const side = { name: "side", image: "busybox", restartPolicy: "Always" };
    node.run("job", { restartPolicy: "Never", initContainers: [side], ...app(sh("sleep 0.1")) });
    const running = await node.until("job", isReady);
    assert.ok(running.status.initContainerStatuses[0]?.ready);
    const ended = await node.until("job", (pod) => pod?.status.phase === "Succeeded");
    assert.notEqual(ended.status.initContainerStatuses[0]?.state.terminated, undefined);
  });

  it("give the proxy what iptables would redirect, and its statistics at the agent's port", async () => {
    const annotations = {
      "traffic.sidecar.istio.io/excludeInboundPorts": "81",
      "traffic.sidecar.istio.io/excludeOutboundIPRanges": "10.66.9.0/24",
    };
    const proxy = {
      name: "istio-proxy",
      image: "istio/proxyv2:1.31.0",
      args: ["proxy", "sidecar"],
      restartPolicy: "Always",
      startupProbe: { httpGet: { path: "/healthz/ready", port: 15021 }, periodSeconds: 1 },
    };
    const init = { name: "istio-init", image: "istio/proxyv2:1.31.0", args: ["istio-iptables"] };
    node.run("web", { ...app({}), initContainers: [init, proxy] }, { annotations });
    const pod = await node.until("web", isReady);
    const options = node.proxies.get("web");
    assert.equal(options?.ip, pod.status.podIP);
    assert.deepEqual(
      [80, 81, 15020, 15021, 15090].map((port) => options?.capturesInbound(port)),
      [true, false, false, false, false],
    );
    assert.deepEqual(
      [options?.capturesOutbound("10.66.1.1", 80), options?.capturesOutbound("10.66.9.7", 80)],
      [true, false],
    );
    assert.match(
      (await node.exec("web", ["pilot-agent", "request", "GET", "stats"], "istio-proxy")).out,
      /tls_inspector\.tls_found: 7/,
    );
    assert.match(await node.logs("web", "istio-proxy"), /Envoy proxy is ready/);
    node.remove("web");
    await node.until("web", (found) => found === undefined);
    assert.equal(node.proxies.size, 0);
  });

  it("leave no listener, timer or connection behind", async () => {
    const other = startNode();
    other.run(
      "web",
      app({
        image: "customers",
        ports: [{ containerPort: 3000 }],
        readinessProbe: { httpGet: { port: 3000 }, periodSeconds: 1 },
      }),
    );
    other.run("crash", app(sh("exit 1")));
    other.run("loop", app(sh("while true; do sleep 1; done")));
    try {
      await other.until("web", isReady);
      await other.until("loop", isReady);
    } finally {
      await other.close();
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    const open = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Immediate/.test(name));
    assert.ok(open.length <= 1, open.join(" "));
  });
});
