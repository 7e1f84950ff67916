import assert from "node:assert/strict";
import type { JsonMap } from "../../../src/embedded/api/object.ts";
import type { LogOptions } from "../../../src/embedded/kubelet/kubelet.ts";
import { isReady, startNode, type TestNode } from "./node.ts";

let node: TestNode;

const POD = { namespace: "shop", name: "web" };
const app = (more: JsonMap): JsonMap => ({ containers: [{ name: "app", image: "busybox", ...more }] });
const sh = (script: string): JsonMap => ({ command: ["sh", "-c", script] });

async function read(options: Partial<LogOptions>, signal = new AbortController().signal): Promise<string> {
  let text = "";
  for await (const line of node.kubelet.logs(
    POD,
    "app",
    { follow: false, timestamps: false, previous: false, ...options },
    signal,
  ))
    text += line;
  return text;
}

describe("containers on the node", function () {
  this.timeout(8000);
  beforeEach(() => {
    node = startNode();
  });
  afterEach(async () => {
    await node.close();
    assert.deepEqual(node.failures, []);
  });

  it("keep their output, its end, what is newer than a time, its first bytes", async () => {
    node.run("web", app(sh("seq 5; sleep infinity")));
    await node.until("web", isReady);
    for (const end = Date.now() + 2000; (await read({})) === "" && Date.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(await read({}), "1\n2\n3\n4\n5\n");
    assert.equal(await read({ tailLines: 2 }), "4\n5\n");
    assert.equal(await read({ tailLines: 0 }), "");
    assert.equal(await read({ limitBytes: 3 }), "1\n2");
    assert.equal(await read({ since: Date.now() + 1000 }), "");
    assert.match(await read({ timestamps: true, tailLines: 1 }), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z 5\n$/);
  });

  it("are followed until they end, or until the reader goes", async () => {
    node.run("web", { restartPolicy: "Never", ...app(sh("echo a; sleep 0.1; echo b")) });
    await node.until("web", isReady);
    assert.equal(await read({ follow: true }), "a\nb\n");
    node.run("idle");
    await node.until("idle", isReady);
    const reader = new AbortController();
    setTimeout(() => reader.abort(), 30);
    const lines = node.kubelet.logs(
      { namespace: "shop", name: "idle" },
      "app",
      { follow: true, timestamps: false, previous: false },
      reader.signal,
    );
    for await (const line of lines) assert.fail(line);
  });

  it("keep the output of the run before", async () => {
    node.run("web", app(sh("echo run $RANDOM; sleep 0.05; exit 1")));
    await node.until("web", (pod) => (pod?.status?.containerStatuses?.[0]?.restartCount ?? 0) >= 1);
    assert.match(await read({ previous: true }), /^run \d+\n$/);
    assert.notEqual(await read({ previous: true }), await read({}));
  });

  const refused: readonly (readonly [
    what: string,
    container: string,
    options: Partial<LogOptions>,
    message: string,
  ])[] = [
    ["of a container that the pod lacks", "nosuch", {}, "container nosuch is not valid for pod web"],
    [
      "of a run that never was",
      "app",
      { previous: true },
      'previous terminated container "app" in pod "web" not found',
    ],
  ];
  for (const [what, container, options, message] of refused) {
    it(`refuse logs ${what}`, async () => {
      node.run("web");
      await node.until("web", isReady);
      const lines = node.kubelet.logs(
        POD,
        container,
        { follow: false, timestamps: false, previous: false, ...options },
        new AbortController().signal,
      );
      await assert.rejects(
        async () => {
          for await (const _ of lines);
        },
        { code: 400, reason: "BadRequest", message },
      );
    });
  }

  it("that do not run yet refuse commands and logs", async () => {
    node.run("web", app({ envFrom: [{ configMapRef: { name: "absent" } }] }));
    await node.until(
      "web",
      (pod) => pod?.status?.containerStatuses?.[0]?.state.waiting?.reason === "CreateContainerConfigError",
    );
    assert.ok(node.events("web").includes('Failed: Error: configmap "absent" not found'));
    await assert.rejects(node.exec("web", ["true"]), {
      message: 'unable to upgrade connection: container not found ("app")',
    });
    await assert.rejects(read({}), {
      message: 'container "app" in pod "web" is waiting to start: CreateContainerConfigError',
    });
    node.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "absent" }, data: { COLOUR: "red" } });
    await node.until("web", isReady);
    assert.equal((await node.exec("web", ["printenv", "COLOUR"])).out, "red\n");
  });

  it("find in their environment and files what ConfigMaps, Secrets, Services and the pod itself hold", async () => {
    node.create({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings" },
      data: { colour: "red", "a.conf": "x=1\n" },
    });
    node.create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "key" },
      data: { pass: Buffer.from("s3cret").toString("base64") },
    });
    node.create({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "my-db" },
      spec: { clusterIP: "10.96.0.60", ports: [{ port: 5432 }] },
    });
    const env = [
      { name: "PLAIN", value: "a" },
      { name: "JOINED", value: "$(PLAIN)-$(nosuch)-$$(PLAIN)" },
      { name: "COLOUR", valueFrom: { configMapKeyRef: { name: "settings", key: "colour" } } },
      { name: "PASS", valueFrom: { secretKeyRef: { name: "key", key: "pass" } } },
      { name: "NONE", valueFrom: { configMapKeyRef: { name: "settings", key: "nosuch", optional: true } } },
      { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      { name: "TIER", valueFrom: { fieldRef: { fieldPath: "metadata.labels['tier']" } } },
    ];
    const volumes = [
      { name: "settings", configMap: { name: "settings" } },
      { name: "key", secret: { secretName: "key" } },
    ];
    const volumeMounts = [
      { name: "settings", mountPath: "/etc/app" },
      { name: "key", mountPath: "/pass", subPath: "pass" },
    ];
    node.run("web", { volumes, ...app({ env, volumeMounts }) }, { labels: { tier: "front" } });
    const { status } = await node.until("web", isReady);
    const { out } = await node.exec("web", [
      "sh",
      "-c",
      "echo $PLAIN $JOINED $COLOUR $PASS $NONE. $IP $TIER $MY_DB_SERVICE_PORT; cat /etc/app/a.conf /pass; ls /etc/app; cat /etc/hostname",
    ]);
    assert.equal(
      out,
      `a a-$(nosuch)-$(PLAIN) red s3cret . ${status.podIP} front 5432\nx=1\ns3creta.conf\ncolour\nweb\n`,
    );
  });

  it("wait for a volume that is not there, and say which", async () => {
    node.run("web", {
      volumes: [{ name: "v", configMap: { name: "absent" } }],
      ...app({ volumeMounts: [{ name: "v", mountPath: "/v" }] }),
    });
    for (const end = Date.now() + 2000; node.events("web").length === 0 && Date.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(node.events("web"), [
      'FailedMount: MountVolume.SetUp failed for volume "v" : configmap "absent" not found',
    ]);
    assert.equal(node.pod("web")?.status.containerStatuses[0]?.state.waiting?.reason, "ContainerCreating");
  });

  it("that cannot listen fail, and say why", async () => {
    node.run("web", {
      containers: [
        { name: "one", image: "httpbin" },
        { name: "two", image: "httpbin" },
      ],
    });
    const pod = await node.until(
      "web",
      (found) => found?.status?.containerStatuses?.some(({ lastState }) => lastState.terminated !== undefined) ?? false,
    );
    const failed = pod.status.containerStatuses.find(({ lastState }) => lastState.terminated !== undefined);
    assert.equal(failed?.lastState.terminated?.exitCode, 1);
  });

  it("that declare no port listen where Services send to, but for tools", async () => {
    const service = (name: string, targetPort: number): JsonMap => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name },
      spec: { selector: { app: "shop" }, ports: [{ port: 80, targetPort }] },
    });
    node.create(service("before", 7000));
    node.run("web", app({ image: "shop/cart" }), { labels: { app: "shop" } });
    node.run("tool", app({ image: "curlimages/curl" }), { labels: { app: "shop" } });
    const [web, tool] = [await node.until("web", isReady), await node.until("tool", isReady)];
    node.create(service("after", 7001));
    const codes = [];
    for (const at of [
      `${web.status.podIP}:7000`,
      `${web.status.podIP}:7001`,
      `${web.status.podIP}:7002`,
      `${tool.status.podIP}:7000`,
    ]) {
      codes.push(
        (
          await node.exec("tool", [
            "curl",
            "-s",
            "-o",
            "/dev/null",
            "--retry",
            "2",
            "--retry-connrefused",
            "--retry-delay",
            "0.1",
            `http://${at}`,
          ])
        ).code,
      );
    }
    assert.deepEqual(codes, [0, 0, 7, 7]);
  });

  it("are reached by a forwarded port past the sidecar, and from the node", async () => {
    node.run("web", app({ image: "customers", ports: [{ containerPort: 3000 }] }));
    await node.until("web", isReady);
    for (const socket of [node.kubelet.portForward(POD, 3000), node.kubelet.dial(POD, 3000)]) {
      socket.end("GET / HTTP/1.0\r\n\r\n");
      let text = "";
      for await (const chunk of socket) text += chunk;
      assert.match(text, /^HTTP\/1\.1 200 OK[\s\S]*Abigail/);
    }
    const absent = node.kubelet.portForward(POD, 9);
    await assert.rejects(new Promise((_, reject) => absent.once("error", reject)), { code: "ECONNREFUSED" });
  });
});

describe("probes", function () {
  this.timeout(8000);
  beforeEach(() => {
    node = startNode();
  });
  afterEach(() => node.close());

  const server = (more: JsonMap): JsonMap =>
    app({ image: "httpbin", ports: [{ containerPort: 80, name: "web" }], ...more });
  const fast = { periodSeconds: 1, failureThreshold: 1 };
  const unready: readonly (readonly [string, JsonMap, RegExp])[] = [
    [
      "answers 503",
      { httpGet: { path: "/status/503", port: "web" } },
      /^Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503$/,
    ],
    [
      "refuses the port",
      { httpGet: { port: 9 } },
      /^Unhealthy: Readiness probe failed: Get "http:\/\/[\d.]+:9\/": dial tcp [\d.]+:9: connect: connection refused$/,
    ],
    [
      "refuses the TCP port",
      { tcpSocket: { port: 9 } },
      /^Unhealthy: Readiness probe failed: dial tcp [\d.]+:9: connect: connection refused$/,
    ],
    [
      "fails the command",
      { exec: { command: ["sh", "-c", "echo not yet; exit 1"] } },
      /^Unhealthy: Readiness probe failed: not yet$/,
    ],
    [
      "is too slow",
      { httpGet: { path: "/delay/3", port: 80 } },
      /^Unhealthy: Readiness probe failed: Get ".*": context deadline exceeded/,
    ],
  ];
  for (const [what, readinessProbe, event] of unready) {
    it(`keep a container that ${what} from being ready`, async () => {
      node.run("web", server({ readinessProbe: { ...fast, ...readinessProbe } }));
      for (const end = Date.now() + 3000; !node.events("web").some((each) => event.test(each)) && Date.now() < end; )
        await new Promise((resolve) => setTimeout(resolve, 10));
      assert.match(node.events("web").at(-1) ?? "", event);
      const pod = await node.until("web", (found) => found?.status?.phase === "Running");
      assert.equal(isReady(pod), false);
      assert.match(
        pod.status.conditions.find(({ type }) => type === "Ready")?.message ?? "",
        /containers with unready status: \[app\]/,
      );
    }).timeout(5000);
  }

  for (const probe of [
    { httpGet: { path: "/status/302", port: "web" } },
    { tcpSocket: { port: 80 } },
    { grpc: { port: 80 } },
    { exec: { command: ["true"] } },
  ]) {
    it(`find a container ready by ${JSON.stringify(probe)}`, async () => {
      node.run(
        "web",
        server({ readinessProbe: { ...fast, ...probe }, startupProbe: { ...fast, tcpSocket: { port: 80 } } }),
      );
      await node.until("web", isReady);
    });
  }

  it("restart a container that is not alive", async () => {
    node.run("web", server({ livenessProbe: { ...fast, exec: { command: ["false"] } } }));
    await node.until("web", (pod) => (pod?.status?.containerStatuses?.[0]?.restartCount ?? 0) >= 1);
    assert.ok(node.events("web").includes("Killing: Container app failed liveness probe, will be restarted"));
  });
});
