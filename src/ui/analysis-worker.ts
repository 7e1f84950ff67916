/** The running analysis, as the rest of the editor talks to it. */
import type { AnalysisAsks, ToAnalysis } from "../protocol/analysis.ts";
import type { RunningWorker } from "../workers/start.ts";

export type AnalysisWorker = RunningWorker<ToAnalysis, AnalysisAsks>;
