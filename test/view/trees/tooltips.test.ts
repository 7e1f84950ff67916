/** The tooltips of rows: the sentence, its evidence, and the lines that it rests on. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nodeIn, type TreeName } from "../../../src/view/trees/node.ts";
import { treeOf } from "../../../src/view/trees/trees.ts";
import { wholeOf } from "../workspace.ts";

const lab = join(import.meta.dirname, "../../../media/labs/mutual-tls/workspace");
const names = ["customers-v1", "gateway", "observed", "strict-mtls", "vs-customers-gateway", "web-frontend"];
const input = wholeOf(
  Object.fromEntries(names.map((name) => [`${name}.yaml`, readFileSync(join(lab, `${name}.yaml`), "utf8")])),
);

describe("the tooltip of", () => {
  const CUSTOMERS = "default/Deployment customers-v1";
  const cases: readonly (readonly [TreeName, string, readonly string[]])[] = [
    [
      "mesh",
      "default",
      [
        "Namespace default",
        "STRICT by default/default",
        "1 of 2 in the mesh",
        "istio-injection=enabled",
        "→ observed.yaml:11",
        "mode set at strict-mtls.yaml:8",
      ],
    ],
    [
      "mesh",
      CUSTOMERS,
      [
        "Deployment default/customers-v1",
        "In the mesh · STRICT by default/default · istio-ingressgateway mTLS, web-frontend breaks",
        "→ customers-v1.yaml:4",
        "mode set at strict-mtls.yaml:8",
      ],
    ],
    [
      "mesh",
      `${CUSTOMERS}/3000`,
      [
        "port 3000 (Service customers:80, HTTP)",
        "STRICT by default/default",
        "1 of 2 callers breaks",
        "→ customers-v1.yaml:30",
        "mode set at strict-mtls.yaml:8",
      ],
    ],
    [
      "policies",
      "default/PeerAuthentication default",
      [
        "PeerAuthentication default/default",
        "STRICT for customers-v1 · breaks web-frontend (no sidecar) · 1 other caller works",
        "→ strict-mtls.yaml:4",
      ],
    ],
  ];
  for (const [tree, id, lines] of cases) {
    it(`${tree} ${id} has its reasons and its lines`, () => {
      assert.deepEqual(nodeIn(treeOf(input, tree), id)?.tooltip().split("\n"), lines);
    });
  }

  it("a caller has its evidence", () => {
    const [caller] = nodeIn(treeOf(input, "mesh"), `${CUSTOMERS}/3000`)?.children() ?? [];
    assert.deepEqual(caller?.tooltip().split("\n"), [
      "web-frontend · plaintext · breaks",
      "It has no sidecar, and STRICT refuses plaintext.",
      "CUSTOMER_SERVICE_URL (certain) · customers:80 → port 3000",
      "→ web-frontend.yaml:26",
    ]);
  });
});
