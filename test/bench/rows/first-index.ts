/** From nothing to the last view of 10,000 resources in 2,000 files, and what is kept of them. */
import { parseAllDocuments } from "yaml";
import { startAnalysis } from "../../../src/analysis/analysis.ts";
import { type CorpusFile, corpus } from "../corpus.ts";
import { startEditor, uriOf } from "../editor.ts";
import { interleaved, type Row, repeated, timed } from "../measure.ts";

const REPETITIONS = 5;

export async function firstIndex(): Promise<readonly Row[]> {
  const files = corpus(500);
  const first: number[] = [];
  const blocked: number[] = [];
  const { ours, peer } = await interleaved(
    REPETITIONS,
    async () => {
      const editor = startEditor();
      const delay = watchLoop();
      const took = await editor.open(files);
      // What the host did to receive the last views is seen by the next turn.
      await new Promise((resolve) => setTimeout(resolve, 5));
      blocked.push(delay());
      first.push(took.first);
      editor.dispose();
      return took.last;
    },
    () => timed(() => files.map(({ text }) => parseAllDocuments(text))),
  );
  return [
    {
      measure: "first index, to the last view",
      ours,
      peer: { name: "yaml parseAllDocuments in a loop", values: peer },
      unit: "ms",
      goal: { ratioAtMost: 0.5 },
    },
    { measure: "first index, to the first views", ours: first.slice(1), unit: "ms", goal: { atMost: 500 } },
    { measure: "first index, longest block of the host", ours: blocked.slice(1), unit: "ms", goal: { atMost: 25 } },
    {
      measure: "heap after the index",
      ours: await repeated(2, () => kept(() => analysed(files))),
      peer: { name: "yaml Documents kept", values: await repeated(2, () => kept(async () => parsed(files))) },
      unit: "MB",
      goal: { atMost: 25, ratioAtMost: 0.25 },
    },
  ];
}

async function analysed(files: readonly CorpusFile[]): Promise<unknown> {
  const analysis = startAnalysis({
    views: () => undefined,
    progress: () => undefined,
    trees: () => undefined,
    failure: () => undefined,
  });
  analysis.told.contents({ files: files.map(({ path, text }) => ({ uri: uriOf(path), text })) });
  await analysis.asked.settled({});
  return analysis;
}

function parsed(files: readonly CorpusFile[]): unknown {
  return files.map(({ text }) => parseAllDocuments(text));
}

/** Megabytes of the heap that are there as long as what is made is. */
async function kept(make: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const made = await make();
  globalThis.gc?.();
  const after = process.memoryUsage();
  const grown = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
  return made === undefined ? Number.NaN : grown / 1e6;
}

/** The longest time in which this thread answered nobody. */
function watchLoop(): () => number {
  let [last, longest] = [performance.now(), 0];
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 1);
    last = now;
  }, 1);
  return () => {
    clearInterval(timer);
    return longest;
  };
}
