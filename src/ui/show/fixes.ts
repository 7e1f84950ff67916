/** Quick fixes of our problems, also across files. */
import {
  CodeAction,
  type CodeActionContext,
  CodeActionKind,
  type Diagnostic,
  type Disposable,
  languages,
  Uri,
  WorkspaceEdit,
} from "vscode";
import type { FixView } from "../../view/problem.ts";
import type { AnalysisWorker } from "../analysis-worker.ts";
import type { Guard } from "../guard.ts";
import { manifestSelector } from "../manifests.ts";
import { cancellable } from "./cancel.ts";
import { fromRange, toRange } from "./places.ts";
import { SOURCE } from "./problems.ts";

export function registerFixes(guard: Guard, analysis: AnalysisWorker): Disposable {
  return languages.registerCodeActionsProvider(
    manifestSelector(),
    {
      provideCodeActions: guard("offer fixes", async (document, range, context: CodeActionContext, token) => {
        const ours = context.diagnostics.filter(({ source }) => source === SOURCE);
        if (ours.length === 0) return [];
        const { version } = document;
        const ask = { uri: document.uri.toString(), range: fromRange(range) };
        const fixes = await cancellable(token, (signal) => analysis.ask("fixes", ask, signal));
        return document.version === version ? fixes.map((fix) => toAction(fix, ours)) : [];
      }),
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  );
}

function toAction(fix: FixView, diagnostics: readonly Diagnostic[]): CodeAction {
  const action = new CodeAction(fix.title, CodeActionKind.QuickFix);
  action.isPreferred = fix.preferred;
  action.diagnostics = diagnostics.filter((one) => codeOf(one) === fix.code && one.range.isEqual(toRange(fix.range)));
  action.edit = new WorkspaceEdit();
  for (const { uri, edits } of fix.edits) {
    for (const { range, newText } of edits) action.edit.replace(Uri.parse(uri), toRange(range), newText);
  }
  return action;
}

function codeOf({ code }: Diagnostic): unknown {
  return typeof code === "object" ? code.value : code;
}
