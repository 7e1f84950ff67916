/** A workspace without Istio pays for a stub and for nothing else, until it speaks of Istio. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { api, lenses, open, replace, revert } from "../window.ts";

describe("in a workspace without Istio", () => {
  it("no worker starts for other YAML, nor for a workload", async () => {
    await open("compose.yaml");
    assert.deepEqual(await lenses("deployment.yaml"), []);
    assert.equal((await api()).state(), "idle");
  });

  it("no worker starts when somebody opens the trees", async () => {
    await vscode.commands.executeCommand("mtlsLens.mesh.focus");
    await vscode.commands.executeCommand("mtlsLens.policies.focus");
    await (await api()).settled();
    assert.equal((await api()).state(), "idle");
  });

  it("the analysis starts as soon as a text speaks of Istio", async () => {
    const document = await open("deployment.yaml");
    await replace(document, "labels: { app: web }", 'labels: { app: web, sidecar.istio.io/inject: "true" }');
    assert.equal((await api()).state(), "running");
    const [lens] = await lenses("deployment.yaml");
    assert.match(lens ?? "", /^1: /);
    await revert(document);
    assert.equal(vscode.window.activeTextEditor?.document.isDirty, false);
  });
});
