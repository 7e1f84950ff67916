/** A workspace that is not trusted is analysed all the same: files are read, and nothing could be started. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { api, lenses, problems } from "../window.ts";

/** All that the shipped code may load: the editor, threads, reading files, and computing. No process, no socket. */
const HARMLESS = new Set([
  "vscode",
  "./features.cjs",
  // Loaded by commands that refuse here, as the last test shows.
  "./embedded.cjs",
  "node:worker_threads",
  "node:fs/promises",
  "node:url",
  "node:util",
  "node:crypto",
]);

describe("a workspace that is not trusted", () => {
  it("is analysed", async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const [lens] = await lenses("strict-mtls.yaml");
    assert.match(lens ?? "", /^1: STRICT for customers-v1 · breaks web-frontend /);
    assert.equal(problems("strict-mtls.yaml").length, 1);
  });

  it("has nothing to fear: the code can open no socket and start no process", async () => {
    assert.equal((await api()).state(), "running");
    const extension = vscode.extensions.getExtension("mtls-lens.mtls-lens");
    assert.ok(extension);
    for (const bundle of ["extension.cjs", "features.cjs", "analysis.worker.cjs"]) {
      const code: string = readFileSync(join(extension.extensionPath, "dist", bundle), "utf8");
      const loaded: readonly string[] = [...code.matchAll(/\b(?:require|import)\((["'`])(.*?)\1\)/g)].map(
        (match) => match[2] ?? "",
      );
      assert.deepEqual(
        loaded.filter((name) => !HARMLESS.has(name)),
        [],
        bundle,
      );
    }
  });

  it("has no embedded mesh: its commands refuse, and its code is not even loaded", async () => {
    for (const command of ["startEmbeddedMesh", "resetEmbeddedMesh", "openMeshTerminal", "stopEmbeddedMesh"])
      await vscode.commands.executeCommand(`mtlsLens.${command}`);
    assert.deepEqual(vscode.window.terminals, []);
    assert.deepEqual(
      Object.keys(require.cache).filter((file) => /embedded(\.worker)?\.cjs$/.test(file)),
      [],
    );
  });
});
