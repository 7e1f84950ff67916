/** What could not be read of an object makes the calls that it touches unknown, and no others. */
import assert from "node:assert/strict";
import { callIndex } from "../../src/mesh/callers/call-index.ts";
import { arrivalsOf } from "../../src/mesh/verdict/arrivals.ts";
import { deployment, meshFrom, policy, SHOP_INJECTED, service } from "./snapshot.ts";

const CALLER = deployment("client", { container: "env: [{name: WEB, value: 'http://web'}]" });

function pod(name: string, labels: string, containers: string, annotations = ""): string {
  return `
---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {${labels}}, annotations: {${annotations}}}
spec: {containers: ${containers}}
status: {phase: Running, podIP: 10.1.0.2}
`;
}

const SIDECAR = "{name: istio-proxy, args: [proxy, sidecar]}";
const BELIEVED = "app: web, security.istio.io/tlsMode: istio";
const WEB = service("web");

/** How the calls of the client arrive. */
function told(yaml: string): readonly string[] {
  const mesh = meshFrom(yaml);
  return callIndex(mesh)
    .calls.flatMap((call) => arrivalsOf(mesh, call))
    .map(({ workload, verdict }) => {
      const missing = verdict.outcome === "unknown" ? `: ${verdict.missing.map(({ says }) => says).join("; ")}` : "";
      return `${workload.name} ${verdict.outcome}${missing}`;
    });
}

describe("what could not be read", () => {
  const cases: readonly (readonly [what: string, yaml: string, expected: RegExp])[] = [
    [
      "the labels of a namespace leave it open whether its pods are injected",
      SHOP_INJECTED.replace("enabled", '"{{ .Values.inject }}"') + deployment("web") + WEB + CALLER,
      /^web unknown: Namespace \/shop: istio-injection/,
    ],
    [
      "a label of a namespace that decides nothing changes nothing",
      SHOP_INJECTED.replace("istio-injection", 'team: "{{ .Values.team }}", istio-injection') +
        deployment("web") +
        WEB +
        CALLER,
      /^web works$/,
    ],
    [
      "a container of an observed pod may be its sidecar",
      SHOP_INJECTED + pod("web", BELIEVED, '[{name: app}, "{{ .Values.proxy }}"]') + WEB + CALLER,
      /^web unknown: Pod shop\/web: 1/,
    ],
    [
      "the environment of an observed pod says nothing of its sidecar",
      SHOP_INJECTED + pod("web", BELIEVED, `[{name: app, env: [{name: A, value: 1}]}, ${SIDECAR}]`) + WEB + CALLER,
      /^web works$/,
    ],
    [
      "a label of an observed pod may be what the Service selects",
      SHOP_INJECTED + pod("web", 'app: "{{ .Values.app }}"', "[{name: app}]") + WEB + CALLER,
      /^web unknown: Pod shop\/web: app/,
    ],
    [
      "the ports of a pod may hold the one that the Service names",
      SHOP_INJECTED +
        pod("web", BELIEVED, `[{name: app, ports: "{{ .Values.ports }}"}, ${SIDECAR}]`) +
        service("web", "[{name: http, port: 80, targetPort: web}]") +
        CALLER,
      /^web unknown: Pod shop\/web: ports/,
    ],
    [
      "the annotations of a template may differ from those of its running pods",
      SHOP_INJECTED +
        deployment("web").replace("metadata: {labels", 'metadata: {annotations: "{{ .Values.annotations }}", labels') +
        pod("web-1", BELIEVED, `[{name: app}, ${SIDECAR}]`) +
        WEB +
        CALLER,
      /^web unknown: Deployment shop\/web: annotations/,
    ],
    [
      "a policy about callers may keep this one out",
      SHOP_INJECTED +
        pod("web", BELIEVED, `[{name: app}, ${SIDECAR}]`) +
        WEB +
        CALLER +
        policy("callers", '{rules: ["{{ .Values.rule }}"]}').replace("PeerAuthentication", "AuthorizationPolicy"),
      /^web unknown: AuthorizationPolicy shop\/callers: 0/,
    ],
    [
      "the policy of an ambient pod may be STRICT",
      SHOP_INJECTED.replace("enabled", "disabled") +
        pod("web", "app: web", "[{name: app}]", "ambient.istio.io/redirection: enabled") +
        WEB +
        CALLER +
        policy("default", '{mtls: {mode: "{{ .Values.mode }}"}}'),
      /^web unknown: PeerAuthentication shop\/default: mode/,
    ],
    [
      "a patch whose value is no message of Envoy may be about the call",
      SHOP_INJECTED +
        pod("web", BELIEVED, `[{name: app}, ${SIDECAR}]`) +
        WEB +
        CALLER +
        `---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: patches, namespace: shop}
spec: {workloadSelector: {labels: {app: web}}, configPatches: [{applyTo: CLUSTER, patch: {operation: MERGE, value: [x]}}]}
`,
      /^web unknown: EnvoyFilter shop\/patches: value is a list, not a map/,
    ],
    [
      "the port of another Service may declare the protocol",
      SHOP_INJECTED +
        pod("web", BELIEVED, `[{name: app}, ${SIDECAR}]`) +
        WEB +
        service("web", '[{name: "{{ .Values.name }}", port: 80, targetPort: 8080}]').replace(
          "name: web",
          "name: also",
        ) +
        CALLER,
      /^web unknown: Service shop\/also: name/,
    ],
  ];
  for (const [what, yaml, expected] of cases) {
    it(what, () => {
      const arrivals = told(yaml);
      assert.equal(arrivals.length, 1, arrivals.join("\n"));
      assert.match(arrivals[0] ?? "", expected);
    });
  }

  it("a pod without owner stays its own while the selector of a second Deployment that may have it cannot be read", () => {
    const twice = deployment("web") + deployment("also").replaceAll("{app: also}", "{app: web}");
    const unreadable = twice.replace("{matchLabels: {app: web}}", '"{{ .Values.selector }}"');
    for (const deployments of [twice, unreadable]) {
      const { workloads } = meshFrom(SHOP_INJECTED + deployments + pod("one", "app: web", "[{name: app}]"));
      const withPods = workloads.filter(({ replicas }) => replicas.some((replica) => replica.pod !== undefined));
      assert.deepEqual(
        withPods.map(({ kind, name }) => `${kind} ${name}`),
        ["Pod one"],
      );
    }
  });

  it("a Deployment whose selector could not be read takes in no pod with other labels", () => {
    const web = deployment("web").replace("{matchLabels: {app: web}}", '"{{ .Values.selector }}"');
    const mesh = meshFrom(SHOP_INJECTED + web + pod("other", "app: other", "[{name: app}]"));
    assert.deepEqual(
      mesh.workloads.map(({ name, replicas }) => [name, replicas.map((replica) => replica.pod?.name)]),
      [
        ["web", [undefined]],
        ["other", ["other"]],
      ],
    );
    assert.equal(mesh.workloads[0]?.afterRestart.known, false);
  });
});
