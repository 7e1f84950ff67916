/** Quick fixes, applied as the editor applies them. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { diagnostics, open, problems, remove, revert, uriOf, writeFile } from "../window.ts";

/** As the lab prints it: fields at the wrong depth, and `hosts` beside the list item that it belongs to. */
const PRINTED = `apiVersion: networking.istio.io/v1alpha3
kind: Gateway
metadata:
name: gateway
spec:
selector:
    istio: ingressgateway
servers:
    - port:
        number: 80
        name: http
        protocol: HTTP
    hosts:
        - '*'
`;

async function fixesOf(path: string): Promise<readonly vscode.CodeAction[]> {
  const [problem] = diagnostics(path);
  assert.ok(problem, `no problem in ${path}`);
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    uriOf(path),
    problem.range,
    vscode.CodeActionKind.QuickFix.value,
  );
}

async function apply(action: vscode.CodeAction | undefined): Promise<void> {
  assert.ok(action?.edit);
  assert.ok(await vscode.workspace.applyEdit(action.edit));
}

describe("a quick fix", () => {
  it("turns the Gateway as the lab prints it into the lab's file", async () => {
    const corrected = (await open("gateway.yaml")).getText();
    await writeFile("gw.yaml", PRINTED);
    const document = await open("gw.yaml");
    const [fix] = await fixesOf("gw.yaml");
    assert.equal(fix?.isPreferred, true);
    await apply(fix);
    assert.equal(document.getText(), corrected);
    await remove("gw.yaml");
  });

  it("keeps a caller working, and its problem goes", async () => {
    const document = await open("strict-mtls.yaml");
    const fixes = await fixesOf("strict-mtls.yaml");
    assert.ok(fixes.length > 0);
    for (const fix of fixes) {
      await apply(fix);
      const after = (await open("strict-mtls.yaml")) && problems("strict-mtls.yaml");
      assert.ok(!after.some((problem) => problem.includes("MTLS001")), `${fix.title}: ${after}`);
      for (const edited of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) await revert(edited);
    }
    assert.equal(document.isDirty, false);
  });
});
