/** Whether the packaged extension, installed as a user installs it, works by what is in the package. */
import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("the package", () => {
  it("is what VS Code has installed, and shows a lens on lab 1's policy", async () => {
    const extension = vscode.extensions.getExtension("mtls-lens.mtls-lens");
    assert.match(extension?.extensionPath ?? "", /[\\/]extensions[\\/]mtls-lens\.mtls-lens-/);
    const [uri] = await vscode.workspace.findFiles("strict-mtls.yaml");
    assert.ok(uri);
    await vscode.window.showTextDocument(uri);
    const titles = await lensTitles(uri);
    assert.equal(extension?.isActive, true);
    assert.match(titles.join("\n"), /STRICT for customers-v1 · breaks web-frontend/);
  });
});

async function lensTitles(uri: vscode.Uri): Promise<readonly string[]> {
  for (let tries = 0; tries < 100; tries += 1) {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 20);
    if (lenses.length > 0) return lenses.map(({ command }) => command?.title ?? "");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return [];
}
