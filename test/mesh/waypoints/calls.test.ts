import assert from "node:assert/strict";
import { callIndex } from "../../../src/mesh/callers/call-index.ts";
import { arrivalsOf } from "../../../src/mesh/verdict/arrivals.ts";
import { arrivalsAt } from "../../../src/mesh/verdict/at-workload.ts";
import type { Arrival } from "../../../src/mesh/verdict/verdict.ts";
import { deployment, meshFrom, policy, service, workloadNamed } from "../snapshot.ts";

describe("calls through a waypoint", () => {
  const CALL = "ports: [{containerPort: 8080}], env: [{name: WEB, value: 'http://web'}]";
  const client = (labels: string) => deployment("client", { labels: `app: client, ${labels}`, container: CALL });
  const NAMESPACE =
    "\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n";
  const CAPTURED = "app: web, sidecar.istio.io/inject: 'false', istio.io/dataplane-mode: ambient";
  const captured = deployment("web", { labels: CAPTURED });
  const waypoint = `
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: waypoint, namespace: shop}
spec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}
`;
  const USES = "labels: {istio.io/use-waypoint: waypoint}";
  const web = service("web").replace("namespace: shop}", `namespace: shop, ${USES}}`);
  const strict = policy("default", "{mtls: {mode: STRICT}}");
  const authorization = (spec: string) => `
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: rules, namespace: shop}
spec: ${spec}
`;
  const networking = (kind: string, spec: string) =>
    `\n---\napiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: {name: other, namespace: shop}\nspec: ${spec}\n`;
  const from = (account: string) => `rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/${account}]}}]}]`;
  const outAmbient = "sidecar.istio.io/inject: 'false', istio.io/dataplane-mode: ambient";
  const notAmbient = "sidecar.istio.io/inject: 'false'";

  const cases: readonly (readonly [title: string, caller: string, more: string, expected: string])[] = [
    ["works with mutual TLS to a captured pod", outAmbient, captured, "works (mtls)"],
    [
      "breaks at a STRICT sidecar, to which a waypoint sends plaintext",
      outAmbient,
      deployment("web"),
      "breaks (waypoint-sends-plaintext-to-strict)",
    ],
    [
      "a sidecar goes past the waypoint, and its mutual TLS is understood",
      "version: v1",
      deployment("web"),
      "works (mtls)",
    ],
    ["so does a caller outside the mesh, which STRICT refuses", notAmbient, captured, "breaks (plaintext-to-strict)"],
    [
      "a policy of the pod that allows the caller does not allow the waypoint",
      outAmbient,
      captured + authorization(`{action: ALLOW, ${from("default")}}`),
      "breaks (authorization-refused)",
    ],
    [
      "one that allows the waypoint does",
      outAmbient,
      captured + authorization(`{action: ALLOW, ${from("waypoint")}}`),
      "works (mtls)",
    ],
    [
      "a policy of the waypoint judges the caller",
      outAmbient,
      captured +
        authorization(
          `{targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: waypoint}], ${from("other")}}`,
        ),
      "breaks (authorization-refused)",
    ],
    [
      "so does one of the Service",
      outAmbient,
      captured + authorization(`{targetRefs: [{kind: Service, name: web}], ${from("other")}}`),
      "breaks (authorization-refused)",
    ],
    [
      "one of another Service does not",
      outAmbient,
      captured + authorization(`{targetRefs: [{kind: Service, name: db}], ${from("other")}}`),
      "works (mtls)",
    ],
    [
      "TLS of a DestinationRule is for the application behind the waypoint, of which nothing is known",
      outAmbient,
      captured + networking("DestinationRule", "{host: web, trafficPolicy: {tls: {mode: SIMPLE}}}"),
      "unknown (?)",
    ],
    [
      "a route to nowhere breaks",
      outAmbient,
      captured + networking("VirtualService", "{hosts: [web], http: [{route: [{destination: {host: gone}}]}]}"),
      "breaks (no-route)",
    ],
    [
      "a route that only holds for some callers holds for none",
      outAmbient,
      captured +
        networking(
          "VirtualService",
          "{hosts: [web], http: [{match: [{sourceLabels: {app: client}}], route: [{destination: {host: gone}}]}]}",
        ),
      "works (mtls)",
    ],
    [
      "an EnvoyFilter for the waypoint with a patch that can matter makes the call unknown",
      outAmbient,
      captured +
        networking(
          "EnvoyFilter",
          "{targetRefs: [{kind: Gateway, name: waypoint}], configPatches: [{applyTo: CLUSTER, patch: {operation: REMOVE}}]}",
        ),
      "unknown (?)",
    ],
  ];
  for (const [title, caller, more, wanted] of cases) {
    it(title, () => {
      const mesh = meshFrom(NAMESPACE + waypoint + web + strict + client(caller) + more);
      assert.deepEqual(arrivalsAt(mesh, workloadNamed(mesh, "web")).map(say), [wanted]);
    });
  }

  it("is judged anew when a policy joins the namespace of a waypoint that is elsewhere", () => {
    const elsewhere = waypoint
      .replace("namespace: shop", "namespace: infra")
      .replace("HBONE}", "HBONE, allowedRoutes: {namespaces: {from: All}}}");
    const uses = web.replace(USES, USES.replace("}", ", istio.io/use-waypoint-namespace: infra}"));
    const mesh = meshFrom(NAMESPACE + elsewhere + uses + strict + client(outAmbient) + captured);
    const target = "{targetRefs: [{kind: Gateway, name: waypoint}]}";
    const { authorizationPolicies } = meshFrom(authorization(target).replace("namespace: shop", "namespace: infra"));
    const [call] = callIndex(mesh).to(workloadNamed(mesh, "web"));
    assert.ok(call);
    assert.deepEqual(arrivalsOf(mesh, call).map(say), ["works (mtls)"]);
    assert.deepEqual(arrivalsOf({ ...mesh, authorizationPolicies }, call).map(say), ["breaks (authorization-refused)"]);
  });

  it("is unknown at the pods of a headless Service that have a waypoint", () => {
    const ofPods = waypoint.replace("namespace: shop}", "namespace: shop, labels: {istio.io/waypoint-for: all}}");
    const headless = web.replace("spec: {", "spec: {clusterIP: None, ");
    const mesh = (labels: string) =>
      meshFrom(NAMESPACE + ofPods + headless + client(outAmbient) + deployment("web", { labels }));
    const arrivals = (labels: string) => {
      const made = mesh(labels);
      return arrivalsAt(made, workloadNamed(made, "web")).map(say);
    };
    assert.deepEqual(arrivals(CAPTURED), ["works (mtls)"]);
    assert.deepEqual(arrivals(`${CAPTURED}, istio.io/use-waypoint: waypoint`), ["unknown (?)"]);
  });

  it("is unknown where the waypoint is in no file", () => {
    const mesh = meshFrom(NAMESPACE + web + strict + client(outAmbient) + captured);
    const [arrival] = arrivalsAt(mesh, workloadNamed(mesh, "web"));
    const missing = arrival?.verdict.outcome === "unknown" ? arrival.verdict.missing : [];
    assert.deepEqual(
      missing.map(({ says }) => says),
      ["waypoint shop/waypoint is not in these files"],
    );
  });
});

function say({ verdict }: Arrival): string {
  const how = verdict.outcome === "works" ? verdict.wire : verdict.outcome === "breaks" ? verdict.reason : "?";
  return `${verdict.outcome} (${how})`;
}
