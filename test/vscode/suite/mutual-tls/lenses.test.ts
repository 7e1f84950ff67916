/** The lenses of the mutual TLS lab, as a person reads them. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { eventually, lenses, open, replace, revert, uriOf } from "../window.ts";

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "strict-mtls.yaml": ["1: STRICT for customers-v1 · breaks web-frontend (no sidecar) · 1 other caller works"],
  "customers-v1.yaml": ["1: In the mesh · STRICT by default/default · web-frontend breaks · namespace default assumed"],
  "web-frontend.yaml": [
    "1: In the mesh after a restart · running pods are not · calls customers:80 in plaintext: breaks under STRICT · namespace default assumed",
  ],
  "gateway.yaml": [],
  "vs-customers-gateway.yaml": [],
};

describe("the lenses of the mutual TLS lab", () => {
  for (const [path, expected] of Object.entries(EXPECTED)) {
    it(`stand in ${path}`, async () => assert.deepEqual(await lenses(path), expected));
  }

  it("follow the text that is not saved", async () => {
    const document = await open("strict-mtls.yaml");
    await replace(document, "STRICT", "DISABLE");
    const [lens] = await lenses("strict-mtls.yaml");
    await revert(document);
    assert.match(lens ?? "", /^1: DISABLE for customers-v1 · /);
    assert.deepEqual(await lenses("strict-mtls.yaml"), EXPECTED["strict-mtls.yaml"]);
  });

  it("list the callers, each with its evidence", async () => {
    const document = await open("strict-mtls.yaml");
    const [lens] = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      document.uri,
      9,
    );
    assert.equal(lens?.command?.command, "mtlsLens.showCallers");
    const [{ rows }] = lens.command.arguments as [{ rows: { label: string; outcome: string; location: object }[] }];
    assert.deepEqual(
      rows.map(({ label, outcome }) => `${label} ${outcome}`),
      ["web-frontend breaks", "istio-ingressgateway works"],
    );
    assert.ok(rows.every(({ location }) => location !== undefined));
  });

  describe("without the observed state", () => {
    let text: Uint8Array;
    before(async () => {
      text = await vscode.workspace.fs.readFile(uriOf("observed.yaml"));
      await vscode.workspace.fs.delete(uriOf("observed.yaml"));
    });
    after(() => vscode.workspace.fs.writeFile(uriOf("observed.yaml"), text));

    const says = (path: string, pattern: RegExp) =>
      eventually(async () => (await lenses(path)).map((lens) => pattern.test(lens)), [true]);

    it("say what is missing", () =>
      says("strict-mtls.yaml", /unknown: the labels of namespace default are not in these files/));

    it("take a person's word for it from the settings", async () => {
      const settings = vscode.workspace.getConfiguration("mtlsLens");
      await settings.update("namespaceLabels", { default: { "istio-injection": "enabled" } });
      await says("customers-v1.yaml", /^1: In the mesh · /);
      await settings.update("namespaceLabels", undefined);
      await says("customers-v1.yaml", /unknown: the labels of namespace default/);
    });
  });

  it("are back with the observed state", () =>
    eventually(() => lenses("strict-mtls.yaml"), EXPECTED["strict-mtls.yaml"] ?? []));
});
