/** Hostile text: bounded work, one problem that says so, and nothing lost from the other documents. */

import assert from "node:assert/strict";
import { spansIn } from "../../../src/manifest/content.ts";
import { readTree } from "../../../src/manifest/yaml/tree.ts";
import { documentsOf, policy, resourcesOf } from "../reading.ts";

const SOUND = policy("mtls: {mode: STRICT}\n");
const levels = (count: number) => Array.from({ length: count }, (_, level) => `${" ".repeat(level)}a:`).join("\n");
const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index}: v`);
const laughs = Array.from(
  { length: 9 },
  (_, level) => `a${level}: &a${level} [${level ? `*a${level - 1},`.repeat(9) : "x"}]`,
);

const TOO_LARGE: readonly (readonly [what: string, text: string, limit: RegExp])[] = [
  ["a document beyond a megabyte", `a: ${"x".repeat(1_000_000)}\n`, /1,000,000 characters/],
  ["3,000 levels of maps", levels(3000), /1,000,000 characters|100 levels/],
  ["1,000 levels of maps", levels(1000), /100 levels/],
  ["101 levels of flow maps", `${"{a: ".repeat(101)}1${"}".repeat(101)}`, /100 levels/],
  ["100,000 open brackets", "[".repeat(100_000), /100 levels/],
  ["50,000 dashes on a line", "- ".repeat(50_000), /100 levels/],
  ["26,000 keys", keys(26_000).join("\n"), /50,000 values/],
  ["50,100 list items", "- a\n".repeat(50_100), /50,000 values/],
  ["a billion laughs", laughs.join("\n"), /aliases more than 100/],
  ["101 aliases", `a: &a 1\nb: [${"*a, ".repeat(101)}]\n`, /aliases more than 100/],
  ["merges of merges", `a: &a {x: 1}\nb: {<<: [${"*a, ".repeat(101)}]}\n`, /aliases more than 100/],
];

const FINE: readonly (readonly [what: string, text: string])[] = [
  [
    "20,000 keys in a map",
    `${SOUND}x:\n${keys(20_000)
      .map((key) => ` ${key}\n`)
      .join("")}`,
  ],
  ["20,000 keys in a flow map", `${SOUND}x: {${keys(20_000).join(", ")}}\n`],
  ["90 levels", `${SOUND}x:\n${levels(90).replace(/^/gm, " ")}\n`],
  ["100 aliases", `${SOUND}x: &a 1\ny: [${"*a, ".repeat(100)}]\n`],
  ["a long block scalar", `${SOUND}x: |\n${" text\n".repeat(100_000)}`],
];

/** Ten times what a slow machine took, of its processor: what else runs there has no say. */
const LIMIT_MS = 3000;

/** Waiting for the processor may take longer. */
const PATIENCE_MS = 60_000;

/** A test whose work is bounded. */
function bounded(title: string, work: () => void, limitMs = LIMIT_MS): void {
  it(title, function () {
    this.timeout(PATIENCE_MS);
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system <= limitMs * 1000, `took ${Math.round((user + system) / 1000)} ms of the processor`);
  });
}

describe("a document that is too large", () => {
  for (const [what, text, limit] of TOO_LARGE) {
    bounded(`is ${what}`, () => {
      const documents = documentsOf(`${text}\n---\n${SOUND}`);
      assert.deepEqual(
        documents[0]?.problems.map(({ code }) => code),
        ["too-large"],
      );
      assert.match(documents[0]?.problems[0]?.says ?? "", limit);
      assert.deepEqual(documents[0]?.resources, []);
      assert.equal(documents[1]?.resources[0]?.name, "default");
    });
  }

  it("has no places", () => assert.equal(spansIn(documentsOf(levels(1000))[0], "/a"), undefined));
});

describe("a document within the budget", () => {
  for (const [what, text] of FINE) {
    bounded(`has ${what}`, () => {
      const [document] = documentsOf(text);
      assert.deepEqual([document?.problems, document?.resources[0]?.name], [[], "default"]);
    });
  }
});

describe("hostile text", () => {
  const texts: readonly (readonly [what: string, text: string])[] = [
    ["open quotes", 'a: "x\n'.repeat(10_000)],
    ["closing brackets", "]".repeat(5_000)],
    ["anchors of nothing", "&a ".repeat(5_000)],
    ["an anchor that holds itself", "a: &a\n  <<: *a\n  b: *a\n"],
    ["open actions", '{{"'.repeat(50_000)],
    ["open comments in actions", "{{/*\n".repeat(20_000)],
    ["open raw strings in actions", "{{`\n".repeat(20_000)],
    ["actions on one line", "{{a}}b".repeat(50_000)],
    ["blank lines", `${"\n".repeat(100_000)}"a`],
    ["markers", "---\n".repeat(20_000)],
    ["keys of Object's prototype", "__proto__: {kind: x}\nconstructor: 1\ntoString: 2\n"],
  ];
  for (const [what, text] of texts) {
    bounded(`of ${what} is read in bounded time`, () => {
      assert.equal(resourcesOf(`${SOUND}---\n${text}`)[0]?.name, "default");
      documentsOf(SOUND + text);
    });
  }

  bounded(
    "is cut off at the first level too many, not after the parse",
    () => assert.equal(readTree("[".repeat(900_000)), "depth"),
    500,
  );

  it("is cut off at the first value too many, before its tree is made", () => {
    assert.equal(readTree("- a\n".repeat(50_100)), "nodes");
  });
});
