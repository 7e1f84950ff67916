/** How much of one document is read. Text beyond it is refused as a whole, with one problem that says so. */

export const BUDGET = { characters: 1_000_000, nodes: 50_000, depth: 100, aliases: 100 } as const;

/** What was too much. The limits bound time and memory, whoever wrote the text. */
export type Excess = keyof typeof BUDGET;

export function excessSays(excess: Excess): string {
  const limit = BUDGET[excess].toLocaleString("en-US");
  const much = {
    characters: `is longer than ${limit} characters`,
    nodes: `has more than ${limit} values`,
    depth: `is nested deeper than ${limit} levels`,
    aliases: `uses aliases more than ${limit} times`,
  }[excess];
  return `This document ${much}, which is too large to analyse, so its objects are left out. Split it into smaller documents.`;
}
