/** Findings in the Problems panel and under the text, of open files and of others. */
import {
  type Diagnostic,
  DiagnosticRelatedInformation,
  DiagnosticSeverity,
  Disposable,
  languages,
  Range,
  Uri,
} from "vscode";
import type { FileViews } from "../../protocol/analysis.ts";
import type { ProblemView, Severity } from "../../view/problem.ts";
import { commandUri } from "../commands.ts";
import type { Guard } from "../guard.ts";
import { toLocation, toRange } from "./places.ts";
import type { Views } from "./views.ts";

export const SOURCE = "mTLS Lens";

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export function registerProblems(guard: Guard, views: Views): Disposable {
  const shown = languages.createDiagnosticCollection("mtlsLens");
  const show = guard("show problems", (files: readonly FileViews[]) =>
    shown.set(files.map((file) => [Uri.parse(file.uri), diagnosticsOf(file)])),
  );
  return Disposable.from(shown, views.onDidChange(show));
}

function diagnosticsOf({ unreadable, problems }: FileViews): Diagnostic[] {
  return unreadable === undefined ? problems.map(toDiagnostic) : [toUnreadable(unreadable)];
}

function toDiagnostic({ range, severity, code, message, related }: ProblemView): Diagnostic {
  return {
    range: toRange(range),
    severity: SEVERITIES[severity],
    source: SOURCE,
    code: { value: code, target: commandUri("mtlsLens.explain", code) },
    message,
    relatedInformation: related.map((one) => new DiagnosticRelatedInformation(toLocation(one.location), one.message)),
  };
}

function toUnreadable(why: string): Diagnostic {
  return {
    range: new Range(0, 0, 0, 0),
    severity: DiagnosticSeverity.Warning,
    source: SOURCE,
    message: `This file cannot be read: ${why} Until then its objects are missing from every verdict.`,
  };
}
