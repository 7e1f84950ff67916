/** Some of the questions, by a seed: of each answer as many as are wanted or there are, and others until it is enough. */
import type { Asked } from "./pool.ts";

export function sample(all: readonly Asked[], size: number, leastPerAnswer: number, seed: number): readonly Asked[] {
  const shuffled = shuffle(all, randoms(seed));
  const byAnswer = Map.groupBy(shuffled, ({ question }) => question.answer);
  const first = new Set([...byAnswer.values()].flatMap((some) => some.slice(0, leastPerAnswer)));
  const others = shuffled.filter((asked) => !first.has(asked));
  return [...first, ...others.slice(0, Math.max(0, size - first.size))];
}

function shuffle<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** mulberry32: numbers in [0, 1) that a seed repeats. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
