/** Which AuthorizationPolicies a pod's proxy is told, and how it is asked what they say. */
import assert from "node:assert/strict";
import { configOf } from "./shop.ts";

const policy = (namespace: string, spec: string, more = "") => `
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: some, namespace: ${namespace}${more} }
spec: ${spec}
`;
const toldTo = (pod: string, ...policies: readonly string[]) =>
  configOf(pod, policies.join("\n")).inbound?.authorization ?? [];

describe("AuthorizationPolicies in a sidecar", () => {
  const WHO: readonly (readonly [what: string, written: string, told: readonly string[]])[] = [
    ["of its namespace", policy("shop", "{}"), ["shop/some ALLOW"]],
    ["of the root namespace", policy("istio-system", "{ action: DENY }"), ["istio-system/some DENY"]],
    ["of another namespace", policy("edge", "{}"), []],
    ["that selects it", policy("shop", "{ selector: { matchLabels: { version: v1 } } }"), ["shop/some ALLOW"]],
    ["that selects others", policy("shop", "{ selector: { matchLabels: { version: v2 } } }"), []],
    ["that is a dry run", policy("shop", "{}", ', annotations: { istio.io/dry-run: "true" }'), []],
    ["of a waypoint", policy("shop", "{ targetRefs: [{ kind: Service, group: '', name: cart }] }"), []],
  ];
  for (const [what, written, told] of WHO) {
    it(`one ${what} ${told.length > 0 ? "counts" : "does not count"}`, () => {
      assert.deepEqual(
        toldTo("shop/cart-v1", written).map(({ namespace, name, action }) => `${namespace}/${name} ${action}`),
        told,
      );
    });
  }

  const RULES: readonly (readonly [what: string, written: string, made: object])[] = [
    [
      "sources",
      "from: [{ source: { principals: [a], notNamespaces: [b] } }, { source: { ipBlocks: [10.0.0.0/8] } }]",
      {
        from: [
          [
            { key: "source.principal", values: ["a"], notValues: [] },
            { key: "source.namespace", values: [], notValues: ["b"] },
          ],
          [{ key: "source.ip", values: ["10.0.0.0/8"], notValues: [] }],
        ],
      },
    ],
    [
      "service accounts, of the policy's namespace where none is named",
      "from: [{ source: { serviceAccounts: [web, edge/ingress] } }]",
      { from: [[{ key: "source.serviceAccount", values: ["shop/web", "edge/ingress"], notValues: [] }]] },
    ],
    [
      "operations",
      'to: [{ operation: { methods: [GET], paths: ["/a*"], ports: ["80"], notHosts: [h] } }]',
      {
        to: [
          [
            { key: "request.host", values: [], notValues: ["h"] },
            { key: "destination.port", values: ["80"], notValues: [] },
            { key: "request.method", values: ["GET"], notValues: [] },
            { key: "request.path", values: ["/a*"], notValues: [] },
          ],
        ],
      },
    ],
    [
      "conditions",
      "when: [{ key: 'request.headers[x]', values: [y] }]",
      { when: [{ key: "request.headers[x]", values: ["y"], notValues: [] }] },
    ],
  ];
  for (const [what, written, made] of RULES) {
    it(`a rule asks for ${what}`, () => {
      const [told] = toldTo("shop/cart-v1", policy("shop", `{ rules: [{ ${written} }] }`));
      assert.deepEqual(told?.rules, [{ from: [], to: [], when: [], ...made }]);
    });
  }
});
