/** Where fields stand: spans by pointer, through aliases and merge keys. */

import assert from "node:assert/strict";
import { spansIn } from "../../../src/manifest/content.ts";
import { documentsOf } from "../reading.ts";

const TEXT = `# first
base: &base
  mode: STRICT   # a comment
  "quoted key": 'single'
list:
  - name: a
    ports: [80, {number: 443}]
  - plain
merged:
  <<: *base
  own: 1
alias: *base
empty:
8080: port
block: |
  line one
  line two

a/b~c: odd
flow: { x: 1, y2: "two" }
twice: 1
twice: 2
last: end
`;

/** `key|value` as written; a missing part is `-`. */
function written(pointer: string): string | undefined {
  const text = `other: 1\n---\n${TEXT}`;
  const spans = spansIn(documentsOf(text)[1], pointer);
  const slice = (span: { start: number; end: number } | undefined) => (span ? text.slice(span.start, span.end) : "-");
  return spans && `${slice(spans.key)}|${slice(spans.value)}`;
}

const CASES: Readonly<Record<string, string | undefined>> = {
  "/base/mode": "mode|STRICT",
  "/base/quoted key": "\"quoted key\"|'single'",
  "/base": "base|mode: STRICT   # a comment\n  \"quoted key\": 'single'",
  "/list/0/name": "name|a",
  "/list/0": "-|name: a\n    ports: [80, {number: 443}]",
  "/list/0/ports/1/number": "number|443",
  "/list/1": "-|plain",
  "/merged/own": "own|1",
  "/merged/mode": "mode|STRICT",
  "/alias/mode": "mode|STRICT",
  "/empty": "empty|",
  "/8080": "8080|port",
  "/block": "block||\n  line one\n  line two",
  "/a~1b~0c": "a/b~c|odd",
  "/flow": 'flow|{ x: 1, y2: "two" }',
  "/flow/y2": 'y2|"two"',
  "/twice": "twice|2",
  "/nothing": undefined,
  "/base/mode/deeper": undefined,
  "/list/2": undefined,
  "/list/x": undefined,
};

describe("the place of a field", () => {
  for (const [pointer, expected] of Object.entries(CASES)) {
    it(`${pointer} is ${JSON.stringify(expected) ?? "nowhere"}`, () => assert.equal(written(pointer), expected));
  }

  it("is the whole document without a pointer", () => {
    assert.equal(written(""), `-|${TEXT.slice(TEXT.indexOf("base")).trimEnd()}`);
  });

  it("is behind the colon for a field without a value", () => {
    const text = "a:\n  mode:   # comment\n  b: 1\n";
    assert.deepEqual(spansIn(documentsOf(text)[0], "/a/mode"), {
      key: { start: 5, end: 9 },
      value: { start: 10, end: 10 },
    });
  });
});
