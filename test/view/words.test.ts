/** The words that are shown: what is not known is unknown, never a guess. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";

const GUESSES = /\b(may|might|maybe|perhaps|possibly|potentially|probably)\b/i;

describe("the words", () => {
  for (const folder of ["../../src/view/words/", "../../media/findings/"]) {
    const url = new URL(folder, import.meta.url);
    for (const name of readdirSync(url)) {
      it(`of ${name} never guess`, () => {
        assert.doesNotMatch(readFileSync(new URL(name, url), "utf8"), GUESSES);
      });
    }
  }
});
