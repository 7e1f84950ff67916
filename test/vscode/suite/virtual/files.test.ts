/** A folder of the workspace that is on no disk is analysed like any other. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { api, eventually, lensesOf, problemsOf } from "../window.ts";
import { Memory } from "./memory.ts";

const FOLDER = vscode.Uri.parse("memory:/shop");
const at = (path: string) => vscode.Uri.joinPath(FOLDER, path);
const codes = (path: string) => problemsOf(at(path)).map((problem) => problem.split(" ")[1]);

describe("in a folder that only the editor can read", () => {
  const memory = new Memory();
  let registered: vscode.Disposable;

  before(async () => {
    const extension = vscode.extensions.getExtension("mtls-lens.mtls-lens");
    assert.ok(extension);
    const lab = join(extension.extensionPath, "media/labs/mutual-tls/workspace");
    for (const name of readdirSync(lab).filter((each) => each.endsWith(".yaml"))) {
      memory.writeFile(at(`deploy/${name}`), readFileSync(join(lab, name)));
    }
    registered = vscode.workspace.registerFileSystemProvider("memory", memory, { isCaseSensitive: true });
    const added = new Promise((resolve) => vscode.workspace.onDidChangeWorkspaceFolders(resolve));
    assert.ok(vscode.workspace.updateWorkspaceFolders(1, 0, { uri: FOLDER }));
    await added;
  });
  after(() => registered.dispose());

  it("a lens knows the callers that other files of it name", async () => {
    await vscode.commands.executeCommand("vscode.open", at("deploy/strict-mtls.yaml"), { preview: false });
    await (await api()).settled();
    const [lens] = await lensesOf(at("deploy/strict-mtls.yaml"));
    assert.match(lens ?? "", /STRICT for customers-v1 · breaks web-frontend/);
  });

  it("files have problems that are not open, as long as the reason stands", async () => {
    const breaks = () => codes("deploy/web-frontend.yaml").includes("MTLS001");
    await eventually(breaks, true);
    memory.delete(at("deploy/strict-mtls.yaml"));
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await eventually(breaks, false);
  });

  it("a file that comes later is read", async () => {
    memory.writeFile(at("later.yaml"), new TextEncoder().encode(MISSPELT));
    await eventually(() => codes("later.yaml"), ["MTLS007"]);
  });

  it("a file that cannot be read is named, and read again once it can be", async () => {
    memory.refuse(at("later.yaml"));
    await eventually(() => /cannot be read/.test(problemsOf(at("later.yaml"))[0] ?? ""), true);
    memory.writeFile(at("later.yaml"), new TextEncoder().encode(MISSPELT));
    await eventually(() => codes("later.yaml"), ["MTLS007"]);
  });
});

const MISSPELT = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: shop
spec:
  mtls:
    mode: STRIKT
`;
