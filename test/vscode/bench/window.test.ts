/** What is measured inside a real VS Code: activation, against the same code loaded at once, and the code-lens provider. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Api } from "../../../src/extension.ts";
import { HEAD, interleaved, line, type Row, repeated } from "../../bench/measure.ts";

/** Of the bundle that this file becomes. */
declare const __dirname: string;

const ROOT = join(__dirname, "../../..");
const OURS = [join(ROOT, "dist/extension.cjs"), join(ROOT, "dist/features.cjs")];
const EAGER = [join(ROOT, ".cache/bench/eager.cjs")];
const REPETITIONS = 11;

const load = createRequire(join(ROOT, "package.json"));
let copies = 0;

/** Copies that nobody compiled before: what was compiled once is at hand as long as the window is. */
function copyOf(files: readonly string[]): string {
  const folder = join(ROOT, ".cache/bench", `copy-${process.pid}-${++copies}`);
  mkdirSync(folder, { recursive: true });
  const [first = ""] = files.map((file) => {
    const copy = join(folder, basename(file));
    writeFileSync(copy, `// ${folder}\n${readFileSync(file, "utf8")}`);
    return copy;
  });
  return first;
}

interface Activated {
  readonly milliseconds: number;
  readonly api: Api;
  dispose(): Promise<void>;
}

/** Loads the first of the files, as a new window does, and activates what it exports. */
function activate(files: readonly string[]): Activated {
  const file = copyOf(files);
  const subscriptions: vscode.Disposable[] = [];
  const context = {
    subscriptions,
    workspaceState: { get: () => undefined },
    asAbsolutePath: (path: string) => join(ROOT, path),
    extensionUri: vscode.Uri.file(ROOT),
  };
  const start = performance.now();
  const extension = load(file) as { activate(context: unknown): Api };
  const api = extension.activate(context);
  const milliseconds = performance.now() - start;
  return {
    milliseconds,
    api,
    async dispose() {
      await api.settled();
      rmSync(dirname(file), { recursive: true });
      // A log of the same name that is made at once would end with it.
      for (const each of subscriptions.reverse()) if (!("appendLine" in each)) each.dispose();
    },
  };
}

async function activation(files: readonly string[]): Promise<number> {
  const { milliseconds, dispose } = activate(files);
  await dispose();
  return milliseconds;
}

async function open(path: string): Promise<vscode.TextDocument> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  return vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, path));
}

function tell(row: Row): void {
  const { text, met } = line(row);
  console.log(text);
  assert.ok(met, "a goal is not met");
}

describe("in a real VS Code", () => {
  before(() => console.log(`\n${HEAD}`));

  it("activation costs nothing where nothing speaks of Istio", async () => {
    await open("compose.yaml");
    const ours = await repeated(REPETITIONS, () => activation(OURS));
    tell({ measure: "activation, unrelated YAML", ours, unit: "ms", goal: { atMost: 10 } });
  });

  it("activation loads only what it needs", async () => {
    await open("long.yaml");
    const { ours, peer } = await interleaved(
      REPETITIONS,
      () => activation(OURS),
      () => activation(EAGER),
    );
    tell({
      measure: "activation, a policy is open",
      ours,
      peer: { name: "the same with eager imports", values: peer },
      unit: "ms",
      goal: { atMost: 50, ratioAtMost: 0.25 },
    });
  });

  it("lenses are there when they are asked for", async () => {
    const document = await open("long.yaml");
    const providers: vscode.CodeLensProvider[] = [];
    const register = vscode.languages.registerCodeLensProvider;
    Object.assign(vscode.languages, {
      registerCodeLensProvider(selector: vscode.DocumentSelector, provider: vscode.CodeLensProvider) {
        providers.push(provider);
        return register(selector, provider);
      },
    });
    const { api, dispose } = activate(OURS);
    await api.settled();
    const [provider] = providers;
    assert.ok(provider);
    const { token } = new vscode.CancellationTokenSource();
    let count = 0;
    const ours = await repeated(51, async () => {
      const start = performance.now();
      count = (await provider.provideCodeLenses(document, token))?.length ?? 0;
      return performance.now() - start;
    });
    assert.ok(count > 100, `${count} lenses`);
    await dispose();
    Object.assign(vscode.languages, { registerCodeLensProvider: register });
    tell({ measure: `code-lens provider, ${count} lenses`, ours, unit: "ms", goal: { atMost: 10 } });
  });
}).timeout(120_000);
