/** Starts the analysis and everything that shows it. Loaded by the stub when there is something to analyse. */
import { Disposable, type ExtensionContext, type LogOutputChannel, type Uri } from "vscode";
import type { AnalysisAsks, FromAnalysis, ToAnalysis } from "../protocol/analysis.ts";
import { startWorker } from "../workers/start.ts";
import type { AnalysisWorker } from "./analysis-worker.ts";
import { DisposableList } from "./dispose.ts";
import { feedDocuments } from "./feed/documents.ts";
import { feedFiles } from "./feed/files.ts";
import { feedSettings } from "./feed/settings.ts";
import { type Guard, guardWith, type Report } from "./guard.ts";
import { registerCallers } from "./show/callers.ts";
import { registerExplanations } from "./show/explanations.ts";
import { registerFixes } from "./show/fixes.ts";
import { registerHovers } from "./show/hovers.ts";
import { registerLenses } from "./show/lenses.ts";
import { registerProblems } from "./show/problems.ts";
import { progressBar } from "./show/progress.ts";
import { Views } from "./show/views.ts";
import { registerTrees, type Trees } from "./trees/trees.ts";

export interface Features {
  /** Settles when everything told to the analysis so far is in the views. */
  settled(): Promise<void>;
  readonly trees: Trees["shown"];
}

export function startFeatures(context: ExtensionContext, log: LogOutputChannel, report: Report): Features {
  const guard = guardWith(report);
  const views = new Views();
  const analysis: AnalysisWorker = startWorker<ToAnalysis, AnalysisAsks, FromAnalysis, Record<string, never>>(
    "mTLS Lens analysis",
    context.asAbsolutePath("dist/analysis.worker.cjs"),
    {
      told: {
        views: ({ files }) => views.accept(files),
        trees: (changes) => trees.accept(changes),
        progress: progressBar(),
        failure: ({ says, stack }) => log.error(says, stack),
      },
      asked: {},
      failed: (error) => report("show what the analysis says", error),
    },
  );
  const features = new DisposableList();
  context.subscriptions.push(features);
  features.add({ dispose: () => analysis.dispose("the window closes") });
  features.add(show(guard, views, analysis, context.extensionUri));
  void analysis.ended.then((error) => {
    // What nobody keeps true any more must not stay on the screen.
    features.dispose();
    if (error !== undefined) report("go on", withAdvice(error));
  });

  const fed = guard("read the workspace", async () => {
    features.add(feedSettings(guard, analysis, log));
    features.add(await feedFiles(guard, analysis));
    features.add(feedDocuments(guard, analysis));
  })();
  const trees = features.add(registerTrees(guard, analysis, fed));
  return {
    trees: trees.shown,
    settled: async () => {
      await fed;
      const { files } = await analysis.ask("settled", {});
      log.debug(`views of ${files.length} files`);
    },
  };
}

function show(guard: Guard, views: Views, analysis: AnalysisWorker, extension: Uri): Disposable {
  return Disposable.from(
    views,
    registerLenses(guard, views),
    registerProblems(guard, views),
    registerCallers(guard),
    registerExplanations(guard, extension),
    registerFixes(guard, analysis),
    registerHovers(guard, analysis),
  );
}

function withAdvice(error: Error): Error {
  const advice = new Error(`${error.message}. Reload the window to start the analysis again.`);
  advice.stack = error.stack ?? advice.stack ?? "";
  return advice;
}
