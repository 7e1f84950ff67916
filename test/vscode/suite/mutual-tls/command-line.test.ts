/** The Problems panel and `mtls-lens check --format json` say the same of the same files. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import * as vscode from "vscode";
import type { FindingReport, Report } from "../../../../src/cli/report/report.ts";
import type { Range } from "../../../../src/view/place.ts";
import { eventually, open, uriOf } from "../window.ts";

const SEVERITIES = ["error", "warning", "information", "hint"] as const;

/** One text each, so that the order does not matter. */
function told(findings: readonly FindingReport[]): readonly string[] {
  return findings
    .map(({ file, code, severity, range, message, related }) =>
      JSON.stringify([
        file,
        code,
        severity,
        corners(range),
        message,
        related.map((one) => [one.file, corners(one.range), one.message]),
      ]),
    )
    .toSorted();
}

function corners({ start, end }: Range): readonly number[] {
  return [start.line, start.character, end.line, end.character];
}

function inEditor(): readonly string[] {
  const fileOf = ({ fsPath }: vscode.Uri) => relative(uriOf("").fsPath, fsPath).replaceAll(sep, "/");
  return told(
    vscode.languages.getDiagnostics().flatMap(([uri, diagnostics]) =>
      diagnostics
        .filter(({ source }) => source === "mTLS Lens")
        .map(({ code, severity, range, message, relatedInformation = [] }) => ({
          file: fileOf(uri),
          code: String(typeof code === "object" ? code.value : code),
          severity: SEVERITIES[severity],
          range,
          message,
          related: relatedInformation.map((one) => ({
            file: fileOf(one.location.uri),
            range: one.location.range,
            message: one.message,
          })),
        })),
    ),
  );
}

/** The program that was built beside the extension, on the Node of this VS Code. */
async function onCommandLine(): Promise<Report> {
  const extension = vscode.extensions.getExtension("mtls-lens.mtls-lens");
  const program = join(extension?.extensionPath ?? "", "dist/cli.cjs");
  assert.ok(existsSync(program), `${program} is not built`);
  const options = {
    cwd: uriOf("").fsPath,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
    maxBuffer: 64_000_000,
  };
  const printed = await new Promise<string>((resolve) => {
    // It ends with 1 or 2 where something breaks or cannot be read.
    execFile(process.execPath, [program, "check", ".", "--format", "json"], options, (_, stdout) => resolve(stdout));
  });
  return JSON.parse(printed);
}

describe("the Problems panel and the command line", () => {
  it("have the same findings, codes and ranges for lab 1", async () => {
    await open("strict-mtls.yaml");
    const { findings } = await onCommandLine();
    assert.ok(findings.some(({ code }) => code === "MTLS001"));
    await eventually(inEditor, told(findings));
  });

  it("have them for a file that raises each code", async () => {
    await layCorpus();
    const { findings } = await onCommandLine();
    assert.ok(new Set(findings.map(({ code }) => code)).size > 20, "the corpus raises few codes");
    await eventually(inEditor, told(findings));
  }).timeout(60_000);

  after(async () => {
    await vscode.workspace.fs.delete(uriOf("corpus"), { recursive: true });
    const files = () => inEditor().filter((each) => each.includes("corpus/"));
    await eventually(files, []);
  });
});

/** One file for each code, that raises it. */
async function layCorpus(): Promise<void> {
  const cases = join(vscode.extensions.getExtension("mtls-lens.mtls-lens")?.extensionPath ?? "", "test/findings");
  for (const [code, type] of await vscode.workspace.fs.readDirectory(vscode.Uri.file(cases))) {
    if (type !== vscode.FileType.Directory) continue;
    const files = await vscode.workspace.fs.readDirectory(vscode.Uri.file(join(cases, code)));
    const [raising = ""] = files
      .map(([name]) => name)
      .filter((name) => name.startsWith("raises-"))
      .toSorted();
    const from = vscode.Uri.file(join(cases, code, raising));
    await vscode.workspace.fs.copy(from, uriOf(`corpus/${code}.yaml`));
  }
}
