/** The problem of a caller that breaks comes and goes with the unsaved text. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { diagnostics, eventually, open, problems, replace, revert } from "../window.ts";

const BREAKS =
  "8: MTLS001 web-frontend will be refused by customers-v1:3000. It has no sidecar, and STRICT refuses plaintext.";

describe("the problem of a caller that breaks", () => {
  it("appears on the unsaved switch to STRICT and goes when it is switched back", async () => {
    const document = await open("strict-mtls.yaml");
    await replace(document, "STRICT", "PERMISSIVE");
    await eventually(() => problems("strict-mtls.yaml"), []);
    await replace(document, "PERMISSIVE", "STRICT");
    await eventually(() => problems("strict-mtls.yaml"), [BREAKS]);
    await replace(document, "STRICT", "PERMISSIVE");
    await eventually(() => problems("strict-mtls.yaml"), []);
    await revert(document);
    await eventually(() => problems("strict-mtls.yaml"), [BREAKS]);
  });

  it("also stands at the caller, in a file that is not open", async () => {
    await open("strict-mtls.yaml");
    assert.deepEqual(problems("web-frontend.yaml"), [
      "4: MTLS042 The pod of web-frontend runs without a sidecar. Pods made now get one: restart Deployment web-frontend.",
      BREAKS.replace(/^8/, "26"),
    ]);
  });

  it("leads to the policy, to the evidence and to its page", async () => {
    await open("strict-mtls.yaml");
    const [problem] = diagnostics("strict-mtls.yaml");
    const related = problem?.relatedInformation?.map(
      ({ location }) => `${location.uri.path.split("/").at(-1)}:${location.range.start.line + 1}`,
    );
    assert.deepEqual(related, ["web-frontend.yaml:26", "strict-mtls.yaml:8"]);
    const code = problem?.code;
    assert.ok(typeof code === "object");
    await vscode.commands.executeCommand("mtlsLens.explain", code.value);
    await eventually(() => vscode.window.tabGroups.activeTabGroup.activeTab?.label, "Preview MTLS001.md");
  });
});
