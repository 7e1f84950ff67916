/** The trees in the side bar: what they show, where their rows lead, and what stays when the text changes. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Element } from "../../../../src/ui/trees/tree.ts";
import type { TreeName } from "../../../../src/view/trees/node.ts";
import { api, eventually, open, replace, revert } from "../window.ts";

async function tree(name: TreeName) {
  const shown = (await api()).trees()?.[name];
  assert.ok(shown, "the analysis does not run");
  return shown;
}

/** `label | description` of the children. */
async function rows(name: TreeName, parent?: Element): Promise<readonly string[]> {
  const { data } = await tree(name);
  const items = await Promise.all((await data.getChildren(parent)).map((element) => data.getTreeItem(element)));
  return items.map(({ label, description }) => `${label} | ${description}`);
}

const CUSTOMERS = "default/Deployment customers-v1";

describe("the trees", () => {
  before(async () => {
    await vscode.commands.executeCommand("mtlsLens.mesh.focus");
    await open("strict-mtls.yaml");
  });

  it("show namespaces, workloads, ports and callers", async () => {
    const { data } = await tree("mesh");
    assert.deepEqual(await rows("mesh"), [
      "default | 1 caller breaks · STRICT by default/default · 1 of 2 in the mesh · istio-injection=enabled",
      "istio-system | PERMISSIVE by Istio's default · 1 of 2 in the mesh · no injection label",
    ]);
    assert.deepEqual(await rows("mesh", data.element(CUSTOMERS)), ["3000 HTTP | 1 of 2 callers breaks · STRICT"]);
    assert.deepEqual(await rows("mesh", data.element(`${CUSTOMERS}/3000`)), [
      "web-frontend | plaintext · breaks · no sidecar",
      "istio-ingressgateway | mTLS · works",
    ]);
  });

  it("show policies with what they govern, and count the callers that break", async () => {
    const { data } = await tree("policies");
    const [policy] = await rows("policies", data.element("default"));
    assert.match(policy ?? "", /^default \| STRICT for customers-v1 · breaks web-frontend/);
    await eventually(async () => (await tree("mesh")).view.badge?.value, 1);
  });

  it("lead to the lines of the manifests", async () => {
    const place = () => {
      const editor = vscode.window.activeTextEditor;
      return `${editor?.document.uri.path.split("/").at(-1)}:${(editor?.selection.active.line ?? -1) + 1}`;
    };
    await vscode.commands.executeCommand("mtlsLens.openManifest", { tree: "mesh", id: CUSTOMERS });
    assert.equal(place(), "customers-v1.yaml:4");
    await vscode.commands.executeCommand("mtlsLens.openDecider", { tree: "mesh", id: CUSTOMERS });
    assert.equal(place(), "strict-mtls.yaml:8");
  });

  it("keep selection and expansion over an edit", async () => {
    const document = await open("customers-v1.yaml");
    const { view, data } = await tree("mesh");
    const collapsed: string[] = [];
    const listening = view.onDidCollapseElement(({ element }) => collapsed.push(element.id));
    await vscode.commands.executeCommand("mtlsLens.showInTree");
    await eventually(() => view.selection.map(({ id }) => id), [CUSTOMERS]);

    const drawn: (string | undefined)[] = [];
    const drawing = data.onDidChangeTreeData((element) => drawn.push(element?.id));
    const policy = await open("strict-mtls.yaml");
    await replace(policy, "STRICT", "PERMISSIVE");
    await eventually(() => rows("mesh", data.element(CUSTOMERS)), ["3000 HTTP | PERMISSIVE · 2 callers"]);
    assert.ok(drawn.includes(CUSTOMERS), "the row that changed was not drawn again");
    assert.ok(!drawn.includes(undefined) && !drawn.includes("istio-system"), `drawn again: ${drawn.join(", ")}`);
    // While a node's children are asked for again the editor knows no element of theirs.
    await eventually(() => view.selection.map(({ id }) => id), [CUSTOMERS]);
    assert.deepEqual(collapsed, []);
    listening.dispose();
    drawing.dispose();
    await revert(policy);
    assert.equal(document.isDirty, false);
  });
});
