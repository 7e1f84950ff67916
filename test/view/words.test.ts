/** The words that are shown: what is not known is unknown, never a guess. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const GUESSES = /\b(may|might|maybe|perhaps|possibly|potentially|probably)\b/i;

describe("the words", () => {
  for (const folder of ["../../src/view/words/", "../../media/findings/"]) {
    const url = new URL(folder, import.meta.url);
    for (const name of filesIn(url)) {
      it(`of ${name} never guess`, () => {
        assert.doesNotMatch(readFileSync(new URL(name, url), "utf8"), GUESSES);
      });
    }
  }
});

function filesIn(folder: URL): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(fileURLToPath(folder), join(parentPath, name)));
}
