/** The analysis in its thread, as the extension runs it from the bundle, with a workspace in it. */
import type { AnalysisAsks, FileViews, FromAnalysis, ToAnalysis } from "../../src/protocol/analysis.ts";
import { startWorker } from "../../src/workers/start.ts";
import type { CorpusFile } from "./corpus.ts";

const BUNDLE = new URL("../../dist/analysis.worker.cjs", import.meta.url);

export function uriOf(path: string): string {
  return `file:///workspace/${path}`;
}

export interface Editor {
  /** Gives the files and waits until the last view is handed out. Milliseconds to the first and to the last views. */
  open(files: readonly CorpusFile[]): Promise<{ readonly first: number; readonly last: number }>;
  /** Types, and waits for the views of that text. */
  type(path: string, text: string): Promise<number>;
  /** Waits until the views of all files are those of what was typed. */
  rest(): Promise<void>;
  dispose(): void;
}

export function startEditor(): Editor {
  let version = 0;
  let arrived: (files: readonly FileViews[]) => void = () => undefined;
  const worker = startWorker<ToAnalysis, AnalysisAsks, FromAnalysis, Record<string, never>>("analysis", BUNDLE, {
    told: {
      views: ({ files }) => arrived(files),
      progress: () => undefined,
      trees: () => undefined,
      failure: ({ says }) => {
        throw new Error(says);
      },
    },
    asked: {},
    failed: (error) => {
      throw error;
    },
  });
  const rest = async () => {
    await worker.ask("hover", { uri: "", position: { line: 0, character: 0 } });
  };
  return {
    async open(files) {
      const start = performance.now();
      const [opened] = files;
      let first = 0;
      let last = 0;
      const done = new Promise<void>((resolve) => {
        arrived = (views) => {
          if (first === 0) first = performance.now() - start;
          last = performance.now() - start;
          // All that are not open come in one message.
          if (views.length > 1) resolve();
        };
      });
      if (opened !== undefined) worker.tell("opened", { uri: uriOf(opened.path), version: 0, text: opened.text });
      worker.tell("contents", { files: files.map(({ path, text }) => ({ uri: uriOf(path), text })) });
      await done;
      return { first, last };
    },
    type(path, text) {
      version += 1;
      const [uri, mine, start] = [uriOf(path), version, performance.now()];
      return new Promise((resolve) => {
        arrived = (views) => {
          if (views.some((each) => each.uri === uri && each.version === mine)) resolve(performance.now() - start);
        };
        worker.tell("opened", { uri, version, text });
      });
    },
    rest,
    dispose: () => worker.dispose("measured"),
  };
}
