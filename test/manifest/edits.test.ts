/** Changes of text that keep comments, order and style. */
import assert from "node:assert/strict";
import { addEntry } from "../../src/manifest/edit/add-entry.ts";
import { applyEdits, type Edit } from "../../src/manifest/edit/edit.ts";
import { newDocument } from "../../src/manifest/edit/new-document.ts";
import { removeEntry } from "../../src/manifest/edit/remove-entry.ts";
import { renameKey, setValue } from "../../src/manifest/edit/set-value.ts";
import type { ManifestDocument } from "../../src/manifest/manifest.ts";
import { documentsOf } from "./reading.ts";

type Change = (document: ManifestDocument, text: string) => readonly Edit[];
const set =
  (pointer: string, value: string): Change =>
  (document, text) =>
    setValue(document, text, pointer, value);
const rename =
  (pointer: string, key: string): Change =>
  (document, text) =>
    renameKey(document, text, pointer, key);
const remove =
  (pointer: string): Change =>
  (document, text) =>
    removeEntry(document, text, pointer);
const add =
  (pointer: string, key: string, value: Parameters<typeof addEntry>[4]): Change =>
  (document, text) =>
    addEntry(document, text, pointer, key, value);

const PORT = { 3000: { mode: "PERMISSIVE" } };
const SPEC = "spec: # about\n  mtls:\n    mode: STRICT # locked\n  # the end\nstatus: {}\n";
const SPEC_WITH_PORT = SPEC.replace("  # the end", "  portLevelMtls:\n    3000:\n      mode: PERMISSIVE\n  # the end");

const CASES: readonly (readonly [claim: string, before: string, change: Change, after: string])[] = [
  ["a value keeps its comment", SPEC, set("/spec/mtls/mode", "PERMISSIVE"), SPEC.replace("STRICT", "PERMISSIVE")],
  ["a quoted value is replaced with its quotes", 'a: "x"\n', set("/a", "y"), "a: y\n"],
  ["an empty value goes behind the colon", "a:  # c\nb: 1\n", set("/a", "x"), "a: x  # c\nb: 1\n"],
  ["an empty list item goes behind the dash", "- \n- b\n", set("/0", "x"), "- x\n- b\n"],
  ["a block is replaced from behind its key", "a:\n  b: 1\n  c: 2\nd: 3\n", set("/a", "x"), "a: x\nd: 3\n"],
  ["a block scalar is replaced", "a: |\n  one\n  two\nb: 1\n", set("/a", "x"), "a: x\nb: 1\n"],
  ["an alias is replaced where it stands", "a: &a 1\nb: *a\n", set("/b", "2"), "a: &a 1\nb: 2\n"],
  ["a field that is not there is not set", SPEC, set("/spec/nothing", "x"), SPEC],
  ["a key is renamed", SPEC, rename("/spec/mtls", "mtl"), SPEC.replace("mtls", "mtl")],
  ["a list item has no key to rename", "- a\n", rename("/0", "x"), "- a\n"],

  ["a map gets an entry behind its last", SPEC, add("/spec", "portLevelMtls", PORT), SPEC_WITH_PORT],
  ["missing maps are written too", SPEC, add("/spec/portLevelMtls", "3000", { mode: "PERMISSIVE" }), SPEC_WITH_PORT],
  [
    "an entry that is there gets the value",
    SPEC_WITH_PORT,
    add("/spec/portLevelMtls/3000", "mode", "DISABLE"),
    SPEC_WITH_PORT.replace("PERMISSIVE", "DISABLE"),
  ],
  [
    "a map that is there gets the new entries",
    SPEC_WITH_PORT,
    add("/spec", "portLevelMtls", { 80: { mode: "DISABLE" } }),
    SPEC_WITH_PORT.replace("  # the end", "    80:\n      mode: DISABLE\n  # the end"),
  ],
  ["an empty flow map is filled", "a: {}\n", add("/a", "b", { c: "1" }), "a: {b: {c: 1}}\n"],
  ["a flow map is extended", "a: { b: 1 }\n", add("/a", "c", "2"), "a: { b: 1, c: 2 }\n"],
  ["a trailing comma is used", "a: {b: 1, }\n", add("/a", "c", "2"), "a: {b: 1, c: 2 }\n"],
  [
    "a map without a value becomes a block",
    "a:\n  labels: # none\n  b: 1\n",
    add("/a/labels", "x/y", '"true"'),
    'a:\n  labels: # none\n    x/y: "true"\n  b: 1\n',
  ],
  [
    "a map that is null becomes a block",
    "a:\n  labels: null\n",
    add("/a/labels", "x", "y"),
    "a:\n  labels:\n    x: y\n",
  ],
  [
    "a map behind a dash keeps its column",
    "a:\n- b: 1\n  c: 2\n- d: 3\n",
    add("/a/0", "e", "4"),
    "a:\n- b: 1\n  c: 2\n  e: 4\n- d: 3\n",
  ],
  [
    "the document's own indentation is used",
    "a:\n    b: 1\n",
    add("/a/c", "d", "2"),
    "a:\n    b: 1\n    c:\n        d: 2\n",
  ],
  [
    "CRLF is used where the file does",
    "a:\r\n  b: 1\r\n",
    add("/a", "c", { d: "2" }),
    "a:\r\n  b: 1\r\n  c:\r\n    d: 2\r\n",
  ],
  ["a file without a last line break stays so", "a:\n  b: 1", add("/a", "c", "2"), "a:\n  b: 1\n  c: 2"],
  ["a value in the way is left alone", "a: text\n", add("/a", "b", "1"), "a: text\n"],
  [
    "a block scalar at the end is not broken",
    "a:\n  b: |\n    x\n",
    add("/a", "c", "1"),
    "a:\n  b: |\n    x\n  c: 1\n",
  ],

  ["an entry goes with its lines", SPEC, remove("/status"), SPEC.replace("status: {}\n", "")],
  ["an entry goes with its comment", "a: 1 # one\nb: 2\n", remove("/a"), "b: 2\n"],
  ["the only entry leaves an empty map", "a:\n  b: 1\n", remove("/a/b"), "a:\n  {}\n"],
  ["an entry behind a dash leaves its place to the next", "- a: 1\n  b: 2\n", remove("/0/a"), "- b: 2\n"],
  ["the first of a flow map goes with its comma", "{a: 1, b: 2}\n", remove("/a"), "{b: 2}\n"],
  ["the last of a flow map goes with its comma", "{a: 1, b: 2}\n", remove("/b"), "{a: 1}\n"],
  ["a field that is not there is not removed", "a: 1\n", remove("/b"), "a: 1\n"],
];

describe("an edit", () => {
  for (const [claim, before, change, after] of CASES) {
    it(claim, () => {
      const [document] = documentsOf(before);
      assert.ok(document);
      assert.equal(applyEdits(before, change(document, before)), after);
    });

    it(`${claim}, in a later document`, () => {
      const text = `x: y\n---\n${before}`;
      const document = documentsOf(text)[1];
      assert.ok(document);
      assert.equal(applyEdits(text, change(document, text)), `x: y\n---\n${after}`);
    });
  }
});

describe("a new document", () => {
  const cases = [
    ["goes behind a marker, on a line of its own", "a: 1", "a: 1\n---\nb: 2\n"],
    ["ends its lines as the file does", "a: 1\r\n", "a: 1\r\n---\r\nb: 2\r\n"],
    ["begins an empty file", "", "b: 2\n"],
  ] as const;
  for (const [claim, before, after] of cases) {
    it(claim, () => assert.equal(applyEdits(before, newDocument(before, "b: 2\n")), after));
  }
});
