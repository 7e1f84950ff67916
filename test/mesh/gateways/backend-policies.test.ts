/** What a BackendTLSPolicy makes of a call; how it stands beneath DestinationRules is in the vectors. */
import assert from "node:assert/strict";
import { callIndex } from "../../../src/mesh/callers/call-index.ts";
import { arrivalsOf } from "../../../src/mesh/verdict/arrivals.ts";
import { reasonSentence } from "../../../src/view/words/call.ts";
import { meshFrom, policy, service } from "../snapshot.ts";

function pod(name: string, container: string, ip: string): string {
  return `
---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {app: ${name}, security.istio.io/tlsMode: istio}}
spec: {containers: [${container}, {name: istio-proxy, args: [proxy, sidecar]}]}
status: {phase: Running, podIP: ${ip}}
`;
}

const SHOP =
  pod("web", "{name: app}", "10.1.0.1") +
  pod("client", "{name: app, env: [{name: URL, value: 'http://web'}]}", "10.1.0.2") +
  service("web");

function tls(validation: string, target = "{group: '', kind: Service, name: web}"): string {
  return `
---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: tls, namespace: shop}
spec: {targetRefs: [${target}], validation: {hostname: web.example, ${validation}}}
`;
}

const SYSTEM = "wellKnownCACertificates: System";

/** How the call of the client arrives. */
function told(yaml: string): readonly string[] {
  const mesh = meshFrom(yaml);
  return callIndex(mesh)
    .calls.flatMap((call) => arrivalsOf(mesh, call))
    .map((arrival) => {
      const { verdict } = arrival;
      if (verdict.outcome === "unknown") return `unknown: ${verdict.missing.map(({ says }) => says).join("; ")}`;
      return verdict.outcome === "works" ? `works: ${verdict.wire}` : `breaks: ${reasonSentence(arrival)}`;
    });
}

describe("a BackendTLSPolicy", () => {
  const cases: readonly (readonly [what: string, yaml: string, expected: RegExp])[] = [
    [
      "makes sidecars speak a TLS that a sidecar refuses",
      SHOP + tls(SYSTEM),
      /^breaks: A BackendTLSPolicy makes its sidecar/,
    ],
    [
      "for another Service changes nothing",
      SHOP + tls(SYSTEM, "{group: '', kind: Service, name: other}"),
      /^works: mtls$/,
    ],
    [
      "whose certificates are in no file leaves it open whether TLS comes of it",
      SHOP + tls("caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}]"),
      /^unknown: whether ConfigMap shop\/ca of BackendTLSPolicy shop\/tls holds certificates/,
    ],
    [
      "whose certificates are no ConfigMap makes sidecars send plaintext",
      SHOP +
        tls("caCertificateRefs: [{group: '', kind: Secret, name: ca}]") +
        policy("strict", "{mtls: {mode: STRICT}}"),
      /^breaks: Its sidecar sends plaintext/,
    ],
    [
      "that could only be read in part makes the call unknown",
      SHOP + tls(SYSTEM, "{group: '', kind: Service, name: '{{ .Values.name }}'}"),
      /^unknown: BackendTLSPolicy shop\/tls: /,
    ],
  ];
  for (const [what, yaml, expected] of cases) {
    it(what, () => {
      const found = told(yaml);
      assert.equal(found.length, 1, found.join(" | "));
      assert.match(found[0] ?? "", expected);
    });
  }
});
