/** The order in which objects are read decides nothing: creation times and names do. */
import fc from "fast-check";
import { meshes } from "./generator.ts";
import { everythingOf, holds, meshOf, sameTold } from "./told.ts";

describe("for every mesh", () => {
  it("the order of documents does not matter", () => {
    fc.assert(
      fc.property(meshes, fc.infiniteStream(fc.nat()), (documents, numbers) => {
        const shuffled = documents
          .map((document) => ({ document, at: numbers.next().value ?? 0 }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ document }) => document);
        holds(shuffled, () => {
          sameTold(everythingOf(meshOf(shuffled)), everythingOf(meshOf(documents)));
        });
      }),
      { numRuns: 300 },
    );
  }).timeout(20_000);
});
