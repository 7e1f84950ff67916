/** Tells the analysis what a person set, and the person what of it was not understood. */
import { type Disposable, type LogOutputChannel, window, workspace } from "vscode";
import { decodeSettings } from "../../protocol/settings.ts";
import type { AnalysisWorker } from "../analysis-worker.ts";
import type { SettingId } from "../contributions.ts";
import type { Guard } from "../guard.ts";

export function feedSettings(guard: Guard, analysis: AnalysisWorker, log: LogOutputChannel): Disposable {
  const feed = () => {
    const { settings, problems } = decodeSettings(
      read("mtlsLens.namespaceLabels"),
      read("mtlsLens.defaultNamespace"),
      read("mtlsLens.severity"),
    );
    analysis.tell("settings", settings);
    for (const problem of problems) log.warn(problem);
    if (problems[0] !== undefined) void window.showWarningMessage(problems[0]);
  };
  feed();
  return workspace.onDidChangeConfiguration(
    guard("read the settings", (event) => {
      if (event.affectsConfiguration("mtlsLens")) feed();
    }),
  );
}

function read(id: SettingId): unknown {
  return workspace.getConfiguration().get<unknown>(id);
}
