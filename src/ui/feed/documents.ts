/** Tells the analysis the text of every open manifest, unsaved edits included. */
import { Disposable, type TextDocument, workspace } from "vscode";
import type { AnalysisWorker } from "../analysis-worker.ts";
import type { Guard } from "../guard.ts";
import { isManifest } from "../manifests.ts";

export function feedDocuments(guard: Guard, analysis: AnalysisWorker): Disposable {
  const tell = guard("read a document", (document: TextDocument) => {
    if (!isManifest(document)) return;
    analysis.tell("opened", { uri: document.uri.toString(), version: document.version, text: document.getText() });
  });
  const close = guard("close a document", (document: TextDocument) => {
    if (isManifest(document)) analysis.tell("closed", { uri: document.uri.toString() });
  });
  for (const document of workspace.textDocuments) void tell(document);
  return Disposable.from(
    workspace.onDidOpenTextDocument(tell),
    workspace.onDidChangeTextDocument(({ document }) => tell(document)),
    workspace.onDidCloseTextDocument(close),
  );
}
