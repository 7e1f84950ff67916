/** What a tree costs and keeps: nodes are made when they are asked for, and ids are of names alone. */
import assert from "node:assert/strict";
import { childrenOf, idUnder, nodeIn, parentOf, type TreeNode } from "../../../src/view/trees/node.ts";
import { nodeAt, treeOf } from "../../../src/view/trees/trees.ts";
import { inputOf, wholeOf } from "../workspace.ts";

function counting(id: string, depth: number, made: string[]): TreeNode {
  return {
    id,
    place: () => undefined,
    tooltip: () => "",
    row: () => assert.fail("nobody asked for a row"),
    children() {
      made.push(id);
      return depth === 0 ? [] : [0, 1, 2].map((each) => counting(idUnder(id, String(each)), depth - 1, made));
    },
  };
}

const POD = `apiVersion: v1
kind: Pod
metadata: { name: "a/b", namespace: shop }
spec: { containers: [{ name: app, image: example/app }] }
`;
const POLICY = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
`;

describe("a node of a tree", () => {
  it("is found along its path, without a look at other children or any row", () => {
    const made: string[] = [];
    const roots = ["a", "b"].map((id) => counting(id, 2, made));
    assert.equal(nodeIn(roots, "b/1/2")?.id, "b/1/2");
    assert.deepEqual(made, ["b", "b/1"]);
    assert.equal(nodeIn(roots, "b/7/2"), undefined);
    assert.equal(childrenOf(roots, "c"), undefined);
  });

  it("has one parent, whatever stands in names", () => {
    const id = idUnder(idUnder("", "shop"), "Pod a/b%2F");
    assert.equal(parentOf(id), "shop");
    assert.equal(parentOf("shop"), "");
  });

  it("is that of the object around a place, or the first one of the file that is in a tree", () => {
    const texts = {
      "all.yaml": `${POD}---\n${POLICY}`,
      "other.yaml": "apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n",
    };
    const whole = wholeOf(texts);
    const at = (name: string, line: number) => nodeAt(inputOf(texts, name), whole, { line, character: 0 });
    assert.deepEqual(at("all.yaml", 1), { tree: "mesh", id: "shop/Pod a%2Fb" });
    assert.deepEqual(at("all.yaml", 6), { tree: "policies", id: "shop/PeerAuthentication default" });
    assert.equal(at("other.yaml", 0), undefined);
    assert.equal(nodeIn(treeOf(whole, "mesh"), "shop/Pod a%2Fb")?.row().label, "a/b");
  });
});
