/** How much of one document is read. Text beyond it is refused as a whole, with one problem that says so. */

export const BUDGET = { characters: 1_000_000, nodes: 50_000, depth: 100, aliases: 100 } as const;

/** What was too much. The limits bound time and memory, whoever wrote the text. */
export type Excess = keyof typeof BUDGET;

export function excessSays(excess: Excess): string {
  const limit = BUDGET[excess].toLocaleString("en-US");
  const much = {
    characters: `longer than ${limit} characters`,
    nodes: `more than ${limit} values`,
    depth: `nested deeper than ${limit} levels`,
    aliases: `using aliases more than ${limit} times`,
  }[excess];
  return `This document is too large to analyse: it is ${much}. Its objects are left out; split it into smaller documents.`
    .replace("it is more", "it has more")
    .replace("it is using", "it is");
}
