/** Asks the questions on sockets, mesh by mesh, and tells where the answers differ. */

import { objectsIn } from "../stage/objects.ts";
import { startWorld } from "../stage/world.ts";
import { answer } from "./answer.ts";
import type { Asked } from "./pool.ts";

/** Each mismatch with mesh, question, expected and actual answer. */
export async function askAll(questions: readonly Asked[]): Promise<readonly string[]> {
  const mismatches: string[] = [];
  for (const [vector, asked] of Map.groupBy(questions, (one) => one.vector)) {
    const world = await startWorld(objectsIn(vector.manifests));
    for (const { question } of asked) {
      const actual = await answer(world, question);
      const { answer: expected, ...asks } = question;
      if (actual !== expected) {
        const told = JSON.stringify({ ...asks, detail: undefined });
        mismatches.push(`${vector.id}\n  asked    ${told}\n  expected ${expected}\n  actual   ${actual}`);
      }
    }
    await world.close();
  }
  return mismatches;
}
