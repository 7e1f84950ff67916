/** The analysis behind a channel: the entry of the worker thread. */
import type { AnalysisAsks, FromAnalysis, ToAnalysis } from "../protocol/analysis.ts";
import { serve } from "../workers/serve.ts";
import { startAnalysis } from "./analysis.ts";

const { told, asked } = startAnalysis({
  views: (body) => channel.tell("views", body),
  trees: (body) => channel.tell("trees", body),
  progress: (body) => channel.tell("progress", body),
  failure: (body) => channel.tell("failure", body),
});

const channel = serve<FromAnalysis, Record<string, never>, ToAnalysis, AnalysisAsks>({
  told,
  asked,
  failed: ({ message, stack }) => channel.tell("failure", { says: message, stack: stack ?? "" }),
});
