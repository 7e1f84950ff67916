/** Offsets of a text as lines and columns, whatever ends its lines. */
import assert from "node:assert/strict";
import { positionAt } from "../../src/view/position.ts";

describe("the position of an offset", () => {
  for (const [name, text] of [
    ["LF", "ab\ncd\n\nef"],
    ["CRLF", "ab\r\ncd\r\n\r\nef"],
    ["CR", "ab\rcd\r\ref"],
  ] as const) {
    it(`is found where lines end with ${name}`, () => {
      const at = (part: string) => positionAt(text, text.indexOf(part));
      assert.deepEqual(at("ab"), { line: 0, character: 0 });
      assert.deepEqual(at("d"), { line: 1, character: 1 });
      assert.deepEqual(at("ef"), { line: 3, character: 0 });
      assert.deepEqual(positionAt(text, text.length), { line: 3, character: 2 });
    });
  }

  it("is right for more texts than are kept", () => {
    for (let count = 0; count < 40; count += 1) {
      const text = `${"\n".repeat(count)}x`;
      assert.deepEqual(positionAt(text, count), { line: count, character: 0 });
      assert.deepEqual(positionAt("\nx", 1), { line: 1, character: 0 });
    }
  });
});
