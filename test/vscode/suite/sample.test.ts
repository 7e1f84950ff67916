import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("the window", () => {
  it("has the extension under test", () => {
    assert.ok(vscode.extensions.getExtension("mtls-lens.mtls-lens"));
  });
});
