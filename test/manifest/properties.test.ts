/** What holds for every text: generated documents, and texts mutated at random. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { spansIn } from "../../src/manifest/content.ts";
import { readDocument } from "../../src/manifest/document.ts";
import { lineIndex } from "../../src/manifest/line-index.ts";
import { under } from "../../src/mesh/resources/meta.ts";
import { documentsOf, policy } from "./reading.ts";

const word = fc.stringMatching(/^[a-z][a-z0-9/~.-]{0,8}$/);
/** Without what the library takes for text and Kubernetes for a number (`0X1`), and without templates. */
const words = fc.string({ maxLength: 12 }).filter((text) => !/\{\{|^[-+._]*\d/.test(text));
const scalar = fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), words);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(word, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const map = fc.dictionary(word, tree, { minKeys: 1, maxKeys: 5, noNullPrototype: true });
const style = fc.constantFrom({}, { collectionStyle: "flow" } as const, { indent: 4 }, { indentSeq: false });

/** `yaml` writes 1.1 so that words such as `on` and `010` are quoted where they are text. */
const written = fc
  .tuple(map, style)
  .map(([value, options]) => ({ value, text: stringify(value, { version: "1.1", ...options }) }));

function scalars(value: unknown, pointer = ""): readonly (readonly [pointer: string, value: unknown])[] {
  if (typeof value !== "object" || value === null) return [[pointer, value]];
  return Object.entries(value).flatMap(([key, inner]) => scalars(inner, under(pointer, key)));
}

describe("every generated document", () => {
  it("has the value that was written", () => {
    fc.assert(
      fc.property(written, ({ value, text }) => {
        assert.deepEqual(readDocument(text).value, value);
        assert.deepEqual(readDocument(text).value, parse(text, { version: "1.1", merge: true }));
      }),
    );
  });

  it("has each scalar at the place where it is written", () => {
    fc.assert(
      fc.property(written, ({ value, text }) => {
        const [document] = documentsOf(text);
        for (const [pointer, expected] of scalars(value)) {
          const span = spansIn(document, pointer)?.value;
          assert.ok(span, `${pointer} in ${text}`);
          // An indentation indicator counts from the parent, which is cut off.
          if (/^[|>][+-]?\d/.test(text.slice(span.start))) continue;
          assert.equal(
            cutOut(text.slice(span.start, span.end)),
            isBlock(text, span.start) ? String(expected).trimEnd() : expected,
          );
        }
      }),
    );
  });

  it("reads alike alone and between others", () => {
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 4 }), (documents) => {
        const texts = documents.map(({ text }) => text);
        const together = documentsOf(texts.join("---\n"));
        assert.equal(together.length, texts.length);
        for (const [index, text] of texts.entries()) {
          const alone = documentsOf(text)[0];
          const offset = together[index]?.span.start ?? 0;
          const lead = index === 0 ? 0 : "---\n".length;
          for (const [pointer] of scalars(documents[index]?.value)) {
            const span = spansIn(alone, pointer)?.value;
            assert.equal(spansIn(together[index], pointer)?.value.start, (span?.start ?? Number.NaN) + offset + lead);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

function isBlock(text: string, start: number): boolean {
  return text[start] === "|" || text[start] === ">";
}

/** What a scalar is on its own. The place of a block scalar ends with its last word. */
function cutOut(source: string): unknown {
  if (!isBlock(source, 0)) return readDocument(source).value ?? null;
  const { value } = readDocument(`a: ${source}\n`);
  return (value as { readonly a: string }).a.trimEnd();
}

const PIECES = [
  "{{ x }}",
  "{{",
  "---\n",
  "...\n",
  "\t",
  '"',
  "'",
  "[",
  "{",
  "}",
  ": ",
  "- ",
  "&a ",
  "*a",
  "<<: ",
  "|\n",
  "\r\n",
  "#",
  "?",
  "!!int ",
  "%",
  "\uFEFF",
  "\u0000",
  "\uD800",
];
const SEED = `${policy("selector: {matchLabels: {app: web}}\nmtls:\n  mode: STRICT # c\nportLevelMtls:\n  80: {mode: DISABLE}\n")}---\n- a\n- b: [1, 2]\n`;
const mutation = fc.record({
  at: fc.nat(SEED.length),
  cut: fc.nat(12),
  put: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })),
});
const mutated = fc
  .array(mutation, { minLength: 1, maxLength: 5 })
  .map((steps) => steps.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), SEED));

describe("every mutated text", () => {
  it("is read without an exception, with spans inside the text and in order", () => {
    fc.assert(
      fc.property(mutated, (text) => {
        let end = 0;
        for (const document of documentsOf(text)) {
          assert.ok(document.span.start >= end && document.span.end <= text.length);
          end = document.span.end;
          for (const { span } of document.problems) {
            assert.ok(span.start >= document.span.start && span.end >= span.start && span.end <= document.span.end);
          }
          for (const { gaps } of document.resources) for (const { pointer } of gaps) spansIn(document, pointer);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("never turns STRICT into another mode in silence", () => {
    fc.assert(
      fc.property(
        fc.nat(SEED.indexOf("portLevel") - 1),
        fc.constantFrom('"', "'", "[", "{", "\t", "@", "`", "}", "]", ": "),
        (at, put) => {
          const text = SEED.slice(0, at) + put + SEED.slice(at);
          const [document] = documentsOf(text);
          for (const object of document?.resources ?? []) {
            if (object.form !== "known" || object.kind !== "PeerAuthentication" || object.mode === "STRICT") continue;
            const said = object.gaps.length + object.unknownFields.length + (document?.problems.length ?? 0);
            assert.ok(said > 0, text);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("a line index", () => {
  const text = fc
    .array(fc.constantFrom("a", "bc", "😀", "\n", "\r\n", "\r"), { maxLength: 30 })
    .map((parts) => parts.join(""));
  it("counts as an editor does, and back", () => {
    fc.assert(
      fc.property(text, fc.nat(40), (source, at) => {
        const offset = Math.min(at, source.length);
        const index = lineIndex(source);
        const before = source.slice(0, offset).split(/\r\n|\n|\r/);
        const inBreak = source[offset - 1] === "\r" && source[offset] === "\n";
        if (inBreak) return;
        assert.deepEqual(index.position(offset), { line: before.length - 1, character: before.at(-1)?.length });
        assert.equal(index.offset(index.position(offset)), offset);
      }),
    );
  });

  it("keeps positions beyond the text inside it", () => {
    const index = lineIndex("ab\r\ncd");
    assert.deepEqual(
      [
        index.offset({ line: 0, character: 99 }),
        index.offset({ line: 9, character: 0 }),
        index.offset({ line: -1, character: 3 }),
      ],
      [2, 6, 0],
    );
    assert.deepEqual(index.position(99), { line: 1, character: 2 });
  });
});
