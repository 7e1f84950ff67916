/** Progress is for a person at a terminal. */
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { progressOn } from "../../src/cli/progress.ts";

async function written(isTTY: boolean): Promise<string> {
  let text = "";
  const write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  const progress = progressOn({ isTTY, write });
  progress.show("Reading", 1, 9);
  await setTimeout(350);
  progress.show("Reading", 5, 9);
  progress.show("Reading", 6, 9);
  progress.clear();
  return text;
}

describe("progress", () => {
  it("is shown on a terminal when the work takes a while, and wiped away", async () => {
    assert.equal(await written(true), "\r\u001b[KReading 5 of 9 files\r\u001b[K");
  });
  it("is not written where nobody looks", async () => assert.equal(await written(false), ""));
});
