/** What the tests do and read in a window, through the commands that the editor itself uses. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Api } from "../../../src/extension.ts";

/** The extension, started by VS Code or by this call. */
export async function api(): Promise<Api> {
  const extension = vscode.extensions.getExtension<Api>("mtls-lens.mtls-lens");
  assert.ok(extension, "the extension under test is not in this window");
  return extension.activate();
}

export function uriOf(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, "no folder is open");
  return vscode.Uri.joinPath(folder.uri, path);
}

/**
 * Opens a file of the workspace and waits until everything said so far is analysed. As a person opens it: a document
 * that an extension asks for stays open for minutes after its editor is closed.
 */
export async function open(path: string): Promise<vscode.TextDocument> {
  const uri = uriOf(path);
  await vscode.commands.executeCommand("vscode.open", uri, { preview: false });
  const document = vscode.window.activeTextEditor?.document;
  assert.equal(document?.uri.toString(), uri.toString());
  await (await api()).settled();
  return document;
}

/** Deletes a file of the workspace, with its editor, and waits until nothing is left of it. */
export async function remove(path: string): Promise<void> {
  await open(path);
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  await vscode.workspace.fs.delete(uriOf(path));
  await eventually(() => problems(path), []);
}

/** `LINE: TEXT` of every lens above an object of the file. */
export async function lenses(path: string): Promise<readonly string[]> {
  return lensesOf((await open(path)).uri);
}

export async function lensesOf(uri: vscode.Uri): Promise<readonly string[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 9);
  return found.map(({ range, command }) => `${range.start.line + 1}: ${command?.title}`);
}

/** `LINE: CODE MESSAGE` of every problem that we have with a file, open or not. */
export function problems(path: string): readonly string[] {
  return problemsOf(uriOf(path));
}

export function problemsOf(uri: vscode.Uri): readonly string[] {
  return ours(uri).map(({ range, code, message }) => `${range.start.line + 1}: ${codeOf(code)} ${message}`);
}

export function diagnostics(path: string): readonly vscode.Diagnostic[] {
  return ours(uriOf(path));
}

function ours(uri: vscode.Uri): readonly vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "mTLS Lens");
}

function codeOf(code: vscode.Diagnostic["code"]): string | number | undefined {
  return typeof code === "object" ? code.value : code;
}

/** Replaces text of an open document without saving it, and waits for the verdict. */
export async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const start = document.getText().indexOf(from);
  assert.notEqual(start, -1, `"${from}" is not in ${document.uri.path}`);
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(start), document.positionAt(start + from.length));
  edit.replace(document.uri, range, to);
  await vscode.workspace.applyEdit(edit);
  await (await api()).settled();
}

/** Throws away what is not saved. */
export async function revert(document: vscode.TextDocument): Promise<void> {
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand("workbench.action.files.revert");
  await (await api()).settled();
}

export async function writeFile(path: string, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(uriOf(path), new TextEncoder().encode(text));
}

/** Until `look` gives what is expected; what it gives in the end is compared, so that a failure shows both. */
export async function eventually<T>(look: () => T | Promise<T>, expected: T): Promise<void> {
  const end = Date.now() + 10_000;
  let seen = await look();
  while (Date.now() < end && JSON.stringify(seen) !== JSON.stringify(expected)) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    seen = await look();
  }
  assert.deepEqual(seen, expected);
}
