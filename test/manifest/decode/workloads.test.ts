/** Pods, their templates and the controllers that hold them. */
import assert from "node:assert/strict";
import type { Controller, Pod } from "../../../src/mesh/resources/pod.ts";
import { ofKind } from "../../../src/mesh/resources/resource.ts";
import { gapsOf, resourcesOf } from "../reading.ts";

const SPEC = `
serviceAccountName: web
hostNetwork: true
volumes:
- configMap: {name: settings}
- projected: {sources: [{configMap: {name: extra}}, {secret: {name: s}}]}
initContainers:
- {name: istio-proxy, image: proxyv2, restartPolicy: Always}
- {name: init, image: init}
containers:
- name: web
  image: web:1
  command: [run]
  args: [--port, "8080"]
  ports: [{containerPort: 8080, name: http}, {containerPort: 53, protocol: UDP}]
  env:
  - {name: URL, value: http://customers}
  - {name: KEY, valueFrom: {configMapKeyRef: {name: settings, key: url}}}
  - {name: SECRET, valueFrom: {secretKeyRef: {name: s, key: k}}}
  envFrom: [{configMapRef: {name: all}}, {secretRef: {name: s}}]
  livenessProbe: {httpGet: {path: /, port: http, scheme: HTTPS}}
  readinessProbe: {tcpSocket: {port: 8080}}
  startupProbe: {exec: {command: [ls]}}
  lifecycle: {postStart: {exec: {command: [ls]}}, preStop: {httpGet: {port: 8080}}}
`;

const indented = (text: string, by: number) => text.trim().replace(/^/gm, " ".repeat(by));
const podText = (status = "") =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec:\n${indented(SPEC, 2)}\n${status}`;

function podOf(text: string): Pod | undefined {
  return ofKind(resourcesOf(text), "Pod")[0];
}

describe("a pod", () => {
  const spec = podOf(podText())?.template.spec;

  it("has containers with everything that tells of ports and callers", () => {
    assert.deepEqual(spec?.containers, [
      {
        at: "/spec/containers/0",
        name: "web",
        image: "web:1",
        command: ["run"],
        args: ["--port", "8080"],
        env: [
          { at: "/spec/containers/0/env/0", name: "URL", value: "http://customers" },
          { at: "/spec/containers/0/env/1", name: "KEY", configMapKey: { name: "settings", key: "url" } },
          { at: "/spec/containers/0/env/2", name: "SECRET" },
        ],
        envFrom: ["all"],
        ports: [
          { name: "http", port: 8080, protocol: "TCP" },
          { port: 53, protocol: "UDP" },
        ],
        probes: [
          {
            at: "/spec/containers/0/livenessProbe",
            kind: "liveness probe",
            handler: "http",
            port: "http",
            scheme: "HTTPS",
          },
          { at: "/spec/containers/0/readinessProbe", kind: "readiness probe", handler: "tcp", port: 8080 },
          { at: "/spec/containers/0/startupProbe", kind: "startup probe", handler: "exec" },
        ],
        hooks: [
          { at: "/spec/containers/0/lifecycle/postStart", kind: "postStart hook", handler: "exec" },
          { at: "/spec/containers/0/lifecycle/preStop", kind: "preStop hook", handler: "http", port: 8080 },
        ],
      },
    ]);
  });

  it("has the rest of its specification", () => {
    assert.deepEqual(
      spec?.initContainers.map(({ name, restartPolicy }) => [name, restartPolicy]),
      [
        ["istio-proxy", "Always"],
        ["init", undefined],
      ],
    );
    assert.deepEqual(
      [spec?.serviceAccount, spec?.hostNetwork, spec?.configMapVolumes],
      ["web", true, ["settings", "extra"]],
    );
  });

  it("has the account default where it names none", () => {
    assert.equal(podOf("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n")?.template.spec.serviceAccount, "default");
  });

  it("is its own template", () => {
    const template = podOf(podText())?.template;
    assert.deepEqual([template?.at, template?.labels], ["", { app: "web" }]);
  });

  it("is a plan without a phase, and observed with one", () => {
    assert.equal(podOf(podText("status: {}\n"))?.status, undefined);
    const status = `status:
  phase: Running
  podIP: 10.0.0.1
  conditions: [{type: Ready, status: "False"}]
  containerStatuses: [{name: web, ready: true}]
  initContainerStatuses: [{name: istio-proxy, ready: false}, {name: init, ready: true}]
`;
    assert.deepEqual(podOf(podText(status))?.status, {
      phase: "Running",
      ip: "10.0.0.1",
      ready: false,
      containers: { ready: 1, total: 2 },
    });
    assert.equal(podOf(podText(status.replace('"False"', '"True"')))?.status?.ready, true);
  });

  it("keeps what is well formed beside what is not", () => {
    const text = podText().replace("containerPort: 8080", "containerPort: http").replace("http://customers", "8080");
    const pod = podOf(text);
    assert.deepEqual(gapsOf(pod), [
      "malformed /spec/containers/0/env/0/value",
      "malformed /spec/containers/0/ports/0/containerPort",
    ]);
    assert.deepEqual(
      pod?.template.spec.containers[0]?.ports.map(({ port }) => port),
      [53],
    );
  });
});

describe("a controller", () => {
  const template = "{metadata: {labels: {app: web}, annotations: {a: b}}, spec: {containers: [{name: web}]}}";
  const cases = [
    ["apps/v1", "Deployment", `{selector: {matchLabels: {app: web}}, template: ${template}}`, "/spec/template"],
    ["apps/v1", "StatefulSet", `{selector: {matchLabels: {app: web}}, template: ${template}}`, "/spec/template"],
    ["apps/v1", "DaemonSet", `{selector: {matchLabels: {app: web}}, template: ${template}}`, "/spec/template"],
    ["apps/v1", "ReplicaSet", `{selector: {matchLabels: {app: web}}, template: ${template}}`, "/spec/template"],
    ["batch/v1", "Job", `{selector: {matchLabels: {x: y}}, template: ${template}}`, "/spec/template"],
    ["batch/v1", "CronJob", `{jobTemplate: {spec: {template: ${template}}}}`, "/spec/jobTemplate/spec/template"],
  ] as const;
  for (const [apiVersion, kind, spec, at] of cases) {
    it(`of kind ${kind} has its template at ${at}`, () => {
      const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x}\nspec: ${spec}\n`;
      const object = resourcesOf(text)[0] as unknown as Controller;
      assert.deepEqual(
        [object.template.at, object.template.labels, object.template.annotations],
        [at, { app: "web" }, { a: "b" }],
      );
      assert.equal(object.template.spec.containers[0]?.at, `${at}/spec/containers/0`);
      assert.deepEqual(object.selector, kind.endsWith("Job") ? undefined : { app: "web" });
    });
  }

  it("has the owners that a server wrote", () => {
    const text =
      "apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: x, creationTimestamp: 2024-01-02T03:04:05Z, ownerReferences: [{kind: Deployment, name: web}]}\n";
    const [object] = resourcesOf(text);
    assert.deepEqual(
      [object?.owners, object?.created],
      [[{ kind: "Deployment", name: "web" }], "2024-01-02T03:04:05Z"],
    );
  });
});
