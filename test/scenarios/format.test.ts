/** The format refuses what it does not know, so that a scenario cannot say less than its author meant. */
import assert from "node:assert/strict";
import { expectation, expectedCall } from "./core/expectation.ts";
import { readScenario } from "./scenario.ts";

const SCENARIO = `
title: T
why: W
istio: I
mesh:
  workloads: { shop/web: { proxy: sidecar, ports: [8080] } }
steps:
  - say: S
    expect: { shop/web:8080: "PERMISSIVE, istio default" }
  - say: S
    delete: PeerAuthentication shop/default
    expect: { shop/web:8080: "PERMISSIVE, istio default" }
`;

describe("the format of scenarios", () => {
  it("takes a scenario that is right", () => assert.equal(readScenario(SCENARIO).steps.length, 2));

  const refused: readonly (readonly [what: string, from: string, to: string, says: RegExp])[] = [
    ["an unknown key of the file", "why:", "reason:", /the file has no key reason/],
    ["an unknown key of the mesh", "  workloads:", "  namespace: { }\n  workloads:", /mesh has no key namespace/],
    ["an unknown key of a workload", "ports:", "port:", /shop\/web has no key port/],
    ["an unknown key of a port", "[8080]", "[{ number: 8080 }]", /port has no key number/],
    ["an unknown key of a step", "delete:", "remove:", /step 2 has no key remove/],
    ["an unknown proxy", "proxy: sidecar", "proxy: envoy", /proxy of shop\/web is envoy/],
    ["a step that changes nothing", "    delete: PeerAuthentication shop/default\n", "", /step 2 changes nothing/],
    ["a step that changes two things", "delete:", "apply: x\n    delete:", /step 2 changes two things/],
    ["a file without a reason", "why: W\n", "", /why is not a text/],
    [
      "more workloads than fit a mind",
      "workloads: { ",
      `workloads: { ${["b", "c", "d", "e", "f", "g"].map((name) => `shop/${name}: { proxy: none }, `).join("")}`,
      /7 workloads/,
    ],
  ];
  for (const [what, from, to, says] of refused) {
    it(`refuses ${what}`, () => {
      assert.ok(SCENARIO.includes(from));
      assert.throws(() => readScenario(SCENARIO.replace(from, to)), says);
    });
  }

  it("refuses a mode that nobody decided", () => {
    assert.throws(() => expectation("shop/web:8080", "STRICT"), /who decided/);
  });

  it("refuses a call that breaks for no reason", () => {
    assert.throws(() => expectation("shop/web -> shop/cart:8080", "refused"), /who decided/);
  });

  it("refuses an outcome that it does not know", () => {
    assert.throws(() => expectation("shop/web -> shop/cart:8080", "works"), /works is not one of mTLS/);
  });

  it("refuses a line that is neither a workload nor a call", () => {
    assert.throws(() => expectedCall("shop/web => shop/cart:8080"), /neither/);
  });
});
