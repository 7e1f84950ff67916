/** The quick reading of plain YAML says nothing else than the tree: the same value, the same problems, the same places. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { readDocumentTree, readPlainDocument, readThroughTree } from "../../../src/manifest/document.ts";
import { spansAt } from "../../../src/manifest/yaml/locate.ts";
import { readMarks, spansByMarks } from "../../../src/manifest/yaml/spans.ts";
import { splitDocuments } from "../../../src/manifest/yaml/split.ts";
import { under } from "../../../src/mesh/resources/meta.ts";
import { corpus } from "../../bench/corpus.ts";

const ROOT = join(import.meta.dirname, "../../..");
const TEXTS = [
  ...globSync("{media,test}/**/*.{yaml,yml}", { cwd: ROOT }).map((path) => readFileSync(join(ROOT, path), "utf8")),
  ...corpus(1).map(({ text }) => text),
];
const DOCUMENTS = [...new Set(TEXTS.flatMap(documentsOf))];

function documentsOf(text: string): readonly string[] {
  return splitDocuments(text).map(({ start, end }) => text.slice(start, end));
}

function pointersOf(value: unknown, at = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, each]) => pointersOf(each, under(at, key)))];
}

/** Whether there is a quick reading at all; then it is the tree's. */
function agrees(text: string): boolean {
  const quick = readPlainDocument(text);
  if (quick === undefined) return false;
  assert.deepEqual(plain(quick), plain(readThroughTree(text)), JSON.stringify(text));
  const tree = readDocumentTree(text);
  const marks = readMarks(text);
  assert.ok(tree !== undefined && marks !== undefined);
  for (const pointer of [...pointersOf(quick.value), "/no/such/field"]) {
    const spans = spansByMarks(text, marks, pointer);
    if (spans !== "doubt") assert.deepEqual(spans, spansAt(tree, pointer), `${pointer} of ${JSON.stringify(text)}`);
  }
  return true;
}

/** Problems can hold functions, which say the line of a place. */
function plain({ problems, ...reading }: ReturnType<typeof readThroughTree>) {
  return { ...reading, problems: problems.map(({ code, span, says }) => [code, span, String(says)]) };
}

describe("the quick reading", () => {
  it("agrees with the tree on every file of the project, and reads nine of ten", () => {
    const read = DOCUMENTS.filter(agrees).length;
    assert.ok(read > 0.9 * DOCUMENTS.length, `${read} of ${DOCUMENTS.length}`);
  });

  for (const text of ["|1-\n !\n", "a: { b: [c: d] }\n", "a: [b, c: d]\n", "a:\n  b: >2\n     c\n    d\n"]) {
    it(`leaves ${JSON.stringify(text)} to the tree, or agrees with it`, () => void agrees(text));
  }

  const scalar = fc.oneof(
    fc.string({ unit: "grapheme-ascii", maxLength: 12 }),
    fc.constantFrom("yes", "on", "010", "0x1F", "1_000", "12e03", "~", "null", "1:30", "- a", "a: b", "# no", "a\nb\n"),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  );
  const key = fc.oneof(fc.stringMatching(/^[a-z./~-]{1,8}$/), fc.constantFrom("yes", "8080", "<<", "__proto__", "a b"));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      scalar,
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(key, tie("value"), { maxKeys: 5 }),
    ),
  }));
  const styles = fc.record({
    indent: fc.constantFrom(2, 4),
    indentSeq: fc.boolean(),
    collectionStyle: fc.constantFrom<"any" | "flow">("any", "flow"),
    defaultStringType: fc.constantFrom<"PLAIN" | "QUOTE_DOUBLE" | "QUOTE_SINGLE" | "BLOCK_LITERAL">(
      "PLAIN",
      "QUOTE_DOUBLE",
      "QUOTE_SINGLE",
      "BLOCK_LITERAL",
    ),
    lineWidth: fc.constantFrom(0, 20),
  });

  it("agrees with the tree on any value, however it is written", () => {
    fc.assert(
      fc.property(value, styles, (each, style) => {
        for (const text of documentsOf(stringify(each, style))) agrees(text);
      }),
      { numRuns: 500 },
    );
  });

  const PIECES = [
    ": ",
    "- ",
    "\n",
    "  ",
    " # c",
    "'",
    '"',
    "[",
    "}",
    ",",
    "|",
    ">-\n",
    "? ",
    "!",
    "&a ",
    "*a",
    "%",
    "\t",
  ];
  const MORE = ["---", "...", "\r\n", "<<: ", "\\", "a: b: c", "\n\n", "- - a", "{a: 1}", "''", "|2\n", "{{ x }}", "é"];
  const mutation = fc.record({
    at: fc.nat(2000),
    gone: fc.nat(3),
    come: fc.constantFrom("", "", ...PIECES, ...MORE),
  });

  it("agrees with the tree on files with any characters put in or left out", () => {
    const small = DOCUMENTS.filter(({ length }) => length < 2000);
    fc.assert(
      fc.property(fc.constantFrom(...small), fc.array(mutation, { minLength: 1, maxLength: 3 }), (document, edits) => {
        const text = edits.reduce((done, { at, gone, come }) => {
          const where = at % (done.length + 1);
          return done.slice(0, where) + come + done.slice(where + gone);
        }, document);
        for (const each of documentsOf(text)) agrees(each);
      }),
      { numRuns: 500 },
    );
  });
});
