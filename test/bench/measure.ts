/** Ours and the peer's on the same work, one after the other in turn, and what is said of it. */

/** What one repetition took, in milliseconds (or megabytes). */
export type Measured = () => Promise<number>;

export interface Row {
  readonly measure: string;
  readonly ours: readonly number[];
  /** Nothing where no peer does the same work. */
  readonly peer?: { readonly name: string; readonly values: readonly number[] };
  readonly unit: "ms" | "MB" | "MB/s" | "";
  readonly goal: Goal;
}

/** What p95 of ours (or its median where larger is better) is to be, and its ratio to the peer's median. */
export interface Goal {
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly ratioAtMost?: number;
  readonly ratioAtLeast?: number;
}

/** The first of each is discarded. */
export async function interleaved(
  repetitions: number,
  ours: Measured,
  peer: Measured,
): Promise<{ readonly ours: readonly number[]; readonly peer: readonly number[] }> {
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let repetition = 0; repetition <= repetitions; repetition += 1) {
    const [mine, theirs] = [await ours(), await peer()];
    if (repetition === 0) continue;
    times.ours.push(mine);
    times.peer.push(theirs);
  }
  return times;
}

export async function repeated(repetitions: number, measured: Measured): Promise<readonly number[]> {
  const all: number[] = [];
  for (let repetition = 0; repetition <= repetitions; repetition += 1) all.push(await measured());
  return all.slice(1);
}

export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function quantile(values: readonly number[], part: number): number {
  const ordered = values.toSorted((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.floor(part * ordered.length))] ?? Number.NaN;
}

/** One line of the table, and whether every goal of it is met. */
export function line(row: Row): { readonly text: string; readonly met: boolean } {
  const { measure, ours, peer, unit, goal } = row;
  const [median, p95] = [quantile(ours, 0.5), quantile(ours, 0.95)];
  const theirs = peer === undefined ? undefined : quantile(peer.values, 0.5);
  const ratio = theirs === undefined ? undefined : median / theirs;
  const met =
    p95 <= (goal.atMost ?? Number.POSITIVE_INFINITY) &&
    median >= (goal.atLeast ?? Number.NEGATIVE_INFINITY) &&
    (ratio ?? 0) <= (goal.ratioAtMost ?? Number.POSITIVE_INFINITY) &&
    (ratio ?? Number.POSITIVE_INFINITY) >= (goal.ratioAtLeast ?? Number.NEGATIVE_INFINITY);
  const cells = [
    measure,
    `${shown(median)} / ${shown(p95)} ${unit}`.trim(),
    theirs === undefined || peer === undefined ? "–" : `${shown(theirs)} ${unit} (${peer.name})`,
    ratio === undefined ? "–" : ratio.toPrecision(2),
    goalText(goal, unit),
    met ? "met" : "not met",
  ];
  return { text: `| ${cells.join(" | ")} |`, met };
}

export const HEAD = "| measure | ours: median / p95 | peer: median | ratio | goal | |\n|---|---|---|---|---|---|";

function goalText({ atMost, atLeast, ratioAtMost, ratioAtLeast }: Goal, unit: Row["unit"]): string {
  const parts = [
    atMost === undefined ? [] : `≤ ${atMost} ${unit}`.trim(),
    atLeast === undefined ? [] : `≥ ${atLeast} ${unit}`.trim(),
    ratioAtMost === undefined ? [] : `≤ ${ratioAtMost}×`,
    ratioAtLeast === undefined ? [] : `≥ ${ratioAtLeast}×`,
  ].flat();
  return parts.join(" and ") || "printed";
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
