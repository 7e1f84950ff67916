/** A comment with a reason keeps a problem away; anything less is told of. */
import assert from "node:assert/strict";
import { fixesFor } from "../../src/view/fixes.ts";
import { problemsOf } from "../../src/view/problems/problems.ts";
import { applied, inputOf } from "./workspace.ts";

const MESH = `apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop }
spec:
  template:
    metadata: { labels: { app: api } }
    spec:
      containers: [{ name: api, image: api }]
---
apiVersion: v1
kind: Service
metadata: { name: api, namespace: shop }
spec:
  selector: { app: api }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: scanner, namespace: shop }
spec:
  template:
    metadata: { labels: { app: scanner, sidecar.istio.io/inject: "false" } }
    spec:
      containers: [{ name: scanner, image: scanner, args: ["http://api.shop:80"] }]
`;

const POLICY = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec:
  mtls:
    mode: STRICT
`;

const world = (policy: string) => ({ "mesh.yaml": MESH, "policy.yaml": policy });
const at = (above: string, behind = "") => POLICY.replace("    mode: STRICT", `${above}    mode: STRICT${behind}`);
const viewsOf = (input: Parameters<typeof problemsOf>[0]) => problemsOf(input).map(({ view }) => view);
const problems = (policy: string) =>
  viewsOf(inputOf(world(policy), "policy.yaml")).map(
    ({ range, severity, code }) => `${range.start.line + 1}: ${severity} ${code}`,
  );

const SUPPRESS = "# mtls-lens-ignore MTLS001: legacy scanner, leaves in March";

describe("a suppression comment", () => {
  it("is needed: without one the break is told of", () => {
    assert.deepEqual(problems(POLICY), ["6: warning MTLS001"]);
  });

  const cases: readonly (readonly [name: string, policy: string, expected: readonly string[]])[] = [
    ["keeps away a problem on its own line", at("", ` ${SUPPRESS}`), []],
    ["keeps away a problem on the line below", at(`    ${SUPPRESS}\n`), []],
    ["stands above other comments too", at(`    ${SUPPRESS}\n    # more words\n`), []],
    [
      "works with others above the same line",
      at(`    ${SUPPRESS}\n    # mtls-lens-ignore MTLS002: no\n`),
      ["7: hint MTLS047"],
    ],
    ["in lines that end with CRLF", at(`    ${SUPPRESS}\n`).replaceAll("\n", "\r\n"), []],
    ["does nothing two lines above", at(`    ${SUPPRESS}\n\n`), ["6: hint MTLS047", "8: warning MTLS001"]],
    [
      "is about its own line only where it stands behind text",
      POLICY.replace("mtls:", `mtls: ${SUPPRESS}`),
      ["5: hint MTLS047", "6: warning MTLS001"],
    ],
    [
      "of another code does nothing",
      at("    # mtls-lens-ignore MTLS003: no\n"),
      ["6: hint MTLS047", "7: warning MTLS001"],
    ],
    [
      "without a reason does nothing",
      at("    # mtls-lens-ignore MTLS001\n"),
      ["6: information MTLS046", "7: warning MTLS001"],
    ],
    [
      "with an empty reason does nothing",
      at("    # mtls-lens-ignore MTLS001:  \n"),
      ["6: information MTLS046", "7: warning MTLS001"],
    ],
    [
      "without a code does nothing",
      at("    # mtls-lens-ignore: legacy scanner\n"),
      ["6: information MTLS046", "7: warning MTLS001"],
    ],
    [
      "is none inside a text",
      at("").replace("name: default", `name: default, annotations: { a: "${SUPPRESS}" }`),
      ["6: warning MTLS001"],
    ],
  ];
  for (const [name, policy, expected] of cases) {
    it(name, () => assert.deepEqual(problems(policy), expected));
  }

  it("that suppresses nothing is taken out by its fix, with its line or behind it", () => {
    for (const unused of [at("    # mtls-lens-ignore MTLS003: no\n"), at("", " # mtls-lens-ignore MTLS003: no")]) {
      const input = inputOf(world(unused), "policy.yaml");
      const [problem] = viewsOf(input).filter(({ code }) => code === "MTLS047");
      assert.ok(problem);
      const [fix] = fixesFor(input, problem.range).filter(({ code }) => code === "MTLS047");
      assert.ok(fix);
      assert.equal(applied(world(unused), fix.edits)["policy.yaml"], POLICY);
    }
  });
});

describe("a severity that a person sets", () => {
  const shown = (severities: Record<string, "off" | "hint" | "error">, policy = POLICY) =>
    viewsOf({ ...inputOf(world(policy), "policy.yaml"), severities }).map(
      ({ severity, code }) => `${severity} ${code}`,
    );

  it("stands for the check's own", () => assert.deepEqual(shown({ MTLS001: "error" }), ["error MTLS001"]));
  it("can switch a code off", () => assert.deepEqual(shown({ MTLS001: "off" }), []));
  it("leaves other codes alone", () => assert.deepEqual(shown({ MTLS002: "off" }), ["warning MTLS001"]));
  it("makes no suppression of a code that is off useless", () =>
    assert.deepEqual(shown({ MTLS001: "off" }, at(`    ${SUPPRESS}\n`)), []));
});
