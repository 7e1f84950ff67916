import assert from "node:assert/strict";
import { arrivalsAt } from "../../src/mesh/verdict/at-workload.ts";
import { deployment, meshFrom, policy, SHOP_INJECTED, service, workloadNamed } from "./snapshot.ts";

const RULE = (labels: string) => `
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: rule, namespace: shop, labels: {${labels}}}
spec: {host: web, trafficPolicy: {tls: {mode: DISABLE}}}
`;
const ISTIO = (mesh: string) => `
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    ${mesh}
`;
const WORLD =
  SHOP_INJECTED +
  deployment("web") +
  service("web") +
  deployment("client", { container: "env: [{name: WEB, value: 'http://web'}]" }) +
  policy("default", "{mtls: {mode: STRICT}}");

function wire(yaml: string): string {
  const mesh = meshFrom(yaml);
  const [arrival] = arrivalsAt(mesh, workloadNamed(mesh, "web"));
  const verdict = arrival?.verdict;
  if (verdict === undefined) return "no call";
  return verdict.outcome === "works" ? verdict.wire : verdict.outcome === "breaks" ? verdict.reason : "unknown";
}

describe("what istiod sees", () => {
  const cases: readonly (readonly [title: string, yaml: string, expected: string])[] = [
    ["a rule without revision is for every istiod", WORLD + RULE(""), "proxy-sends-plaintext-to-strict"],
    ["a rule for another revision is not seen", WORLD + RULE("istio.io/rev: canary"), "mtls"],
    ["a rule for this revision is", WORLD + RULE("istio.io/rev: default"), "proxy-sends-plaintext-to-strict"],
    [
      "a tag stands for its revision",
      `${WORLD + RULE("istio.io/rev: stable")}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-revision-tag-stable, labels: {app: sidecar-injector, istio.io/tag: stable, istio.io/rev: default}}
webhooks: [{name: namespace.sidecar-injector.istio.io, clientConfig: {service: {name: istiod, namespace: istio-system, path: /inject}}, namespaceSelector: {matchLabels: {istio-injection: enabled}}}]
`,
      "proxy-sends-plaintext-to-strict",
    ],
    [
      "policies and rules of a namespace that is not discovered are not seen",
      WORLD + RULE("") + ISTIO("discoverySelectors: [{matchLabels: {mesh: in}}]"),
      "plaintext",
    ],
    [
      "those of a discovered one are",
      WORLD + RULE("") + ISTIO("discoverySelectors: [{matchLabels: {istio-injection: enabled}}]"),
      "proxy-sends-plaintext-to-strict",
    ],
  ];
  for (const [title, yaml, expected] of cases) {
    it(title, () => assert.equal(wire(yaml), expected));
  }
});
