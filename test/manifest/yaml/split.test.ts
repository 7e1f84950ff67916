/** Where documents begin and end. */
import assert from "node:assert/strict";
import { splitDocuments } from "../../../src/manifest/yaml/split.ts";

const CASES: readonly (readonly [claim: string, text: string, documents: readonly string[]])[] = [
  ["an empty file has no document", "", []],
  ["comments alone are no document", "# only a comment\n\n", []],
  ["one document needs no marker", "a: 1\n", ["a: 1\n"]],
  ["a marker begins a document", "a: 1\n---\nb: 2\n", ["a: 1\n", "---\nb: 2\n"]],
  ["a marker at the very start begins the first", "---\na: 1\n---\nb: 2\n", ["---\na: 1\n", "---\nb: 2\n"]],
  ["comments before the first marker belong to it", "# c\n---\na: 1\n", ["# c\n---\na: 1\n"]],
  [
    "directives go with the document that follows",
    "a: 1\n...\n%YAML 1.1\n---\nb: 2\n",
    ["a: 1\n...\n", "%YAML 1.1\n---\nb: 2\n"],
  ],
  ["markers end with CRLF too", "a: 1\r\n---\r\nb: 2\r\n", ["a: 1\r\n", "---\r\nb: 2\r\n"]],
  ["a byte order mark belongs to no document", "\uFEFFa: 1\n---\nb: 2\n", ["a: 1\n", "---\nb: 2\n"]],
  ["a marker ends an open quote", 'a: "open\n---\nb: 2\n', ['a: "open\n', "---\nb: 2\n"]],
  ["a marker ends a block scalar", "a: |\n  text\n---\nb: 2\n", ["a: |\n  text\n", "---\nb: 2\n"]],
  ["an indented marker is text", "a: |\n  ---\n  b\n", ["a: |\n  ---\n  b\n"]],
  ["a longer dash is no marker", "----\n", ["----\n"]],
  ["two markers enclose an empty document", "---\n---\na: 1\n", ["---\n", "---\na: 1\n"]],
  ["a marker may carry a value", "--- 1\n--- 2", ["--- 1\n", "--- 2"]],
];

describe("the documents of a file", () => {
  for (const [claim, text, documents] of CASES) {
    it(claim, () => {
      assert.deepEqual(
        splitDocuments(text).map(({ start, end }) => text.slice(start, end)),
        documents,
      );
    });
  }
});
