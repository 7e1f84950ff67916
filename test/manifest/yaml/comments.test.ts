/** What is a comment of YAML, and what only has its sign. */
import assert from "node:assert/strict";
import { commentsIn } from "../../../src/manifest/yaml/comments.ts";

const found = (text: string) => commentsIn(text).map(({ start, end }) => text.slice(start, end));

describe("comments of YAML", () => {
  it("stand on lines of their own and behind values", () => {
    assert.deepEqual(found("# a\nb: 1 # c\nd: [1, # e\n  2]\n--- # f\n"), ["# a", "# c", "# e", "# f"]);
  });
  it("are none in quotes, in words and in block scalars", () => {
    assert.deepEqual(found("a: \"# b\"\nc: '# d\n  # e'\nf: g#h\ni: |\n  # j\n  k\n"), []);
  });
  it("stand behind the head of a block scalar, and behind its end", () => {
    assert.deepEqual(found("a: | # b\n  c\n# d\ne: 1\n"), ["# b", "# d"]);
  });
  it("keep their place behind a byte order mark and in lines that end with CRLF", () => {
    assert.deepEqual(found("\uFEFF# a\r\nb: 1 # c\r\n"), ["# a", "# c"]);
  });
  it("are not looked for in texts that are too long to be read", () => {
    assert.deepEqual(found(`# a\n${"b".repeat(1_000_000)}`), []);
  });
});
