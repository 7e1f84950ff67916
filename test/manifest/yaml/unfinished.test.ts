/** Half-typed policies: what is understood, what is a gap, and which problem says why. */
import assert from "node:assert/strict";
import { gapsOf, policy, problemsOf, resourcesOf } from "../reading.ts";

interface Case {
  readonly claim: string;
  readonly spec: string;
  readonly mode: string;
  readonly gaps: readonly string[];
  readonly problems: readonly string[];
}

const REST = ["unfinished /spec/portLevelMtls", "unfinished /spec/selector"];

const CASES: readonly Case[] = [
  {
    claim: "a mode without a value is absent, as for the API server",
    spec: "mtls:\n  mode:\n",
    mode: "UNSET",
    gaps: [],
    problems: [],
  },
  {
    claim: "a mode half typed is no mode",
    spec: "mtls:\n  mode: STR",
    mode: "UNSET",
    gaps: ["malformed /spec/mtls/mode"],
    problems: [],
  },
  {
    claim: "a lone key half typed leaves the map unknown",
    spec: "mtls:\n  mod\n",
    mode: "UNSET",
    gaps: ["malformed /spec/mtls"],
    problems: [],
  },
  {
    claim: "a key half typed behind others leaves what is absent unknown",
    spec: "mtls:\n  mode: STRICT\nsel\n",
    mode: "STRICT",
    gaps: REST,
    problems: ['syntax "sel"'],
  },
  {
    claim: "a key half typed before another swallows that one",
    spec: "sel\nmtls:\n  mode: STRICT\n",
    mode: "UNSET",
    gaps: ["unfinished /spec/mtls", ...REST],
    problems: ['syntax "sel"'],
  },
  {
    claim: "an open quote swallows the rest, and what stands before is kept",
    spec: "mtls:\n  mode: STRICT\nselector:\n  matchLabels:\n    app: 'web\nportLevelMtls:\n  80: {mode: DISABLE}\n",
    mode: "STRICT",
    gaps: [
      "unfinished /spec/portLevelMtls",
      "unfinished /spec/selector/matchLabels",
      "unfinished /spec/selector/matchLabels/app",
    ],
    problems: ['syntax "\'web"'],
  },
  {
    claim: "an open bracket leaves its map unknown beyond what it holds",
    spec: "mtls: {mode: STRICT\n",
    mode: "STRICT",
    gaps: REST,
    problems: ['syntax "mtls: {mode: STRICT"'],
  },
  {
    claim: "a tab leaves the empty field before it unknown",
    spec: "mtls:\n\tmode: STRICT\n",
    mode: "UNSET",
    gaps: ["unfinished /spec/mtls", ...REST],
    problems: ['syntax "mode: STRICT"'],
  },
  {
    claim: "a line at the wrong depth leaves what is absent around it unknown",
    spec: "mtls:\n  mode: STRICT\n selector: {}\n",
    mode: "STRICT",
    gaps: ["unfinished /spec/portLevelMtls"],
    problems: ['syntax "selector: {}"'],
  },
  {
    claim: "an alias of nothing is a gap",
    spec: "mtls:\n  mode: *strict\n",
    mode: "UNSET",
    gaps: ["unfinished /spec/mtls/mode"],
    problems: ['syntax "*strict"'],
  },
  {
    claim: "text behind a quoted value spoils that value",
    spec: 'mtls:\n  mode: "STRICT" x\n',
    mode: "UNSET",
    gaps: ["unfinished /spec/mtls/mode", ...REST],
    problems: ['syntax "mode: \\"STRICT\\" x"'],
  },
  {
    claim: "a second colon on a line is a fault of the text, not of the type",
    spec: "mtls: mode: STRICT\n",
    mode: "UNSET",
    gaps: ["unfinished /spec/mtls/mode", ...REST],
    problems: ['syntax "mtls: mode: STRICT"'],
  },
];

describe("a half-typed policy", () => {
  for (const { claim, spec, mode, gaps, problems } of CASES) {
    it(claim, () => {
      const text = policy(spec);
      const [object] = resourcesOf(text);
      assert.equal((object as { mode?: string } | undefined)?.mode, mode);
      assert.deepEqual(gapsOf(object), [...gaps].sort());
      assert.deepEqual(problemsOf(text), problems);
      assert.deepEqual(object?.unknownFields, []);
    });
  }

  it("with a tab at the start of a line leaves the empty field above it unknown", () => {
    const [object] = resourcesOf(`${policy("mtls:\n")}\tmode: STRICT\n`);
    assert.deepEqual(gapsOf(object), ["unfinished /spec/mtls", ...REST].sort());
  });

  it("has one problem, however many errors its text has", () => {
    assert.equal(problemsOf(policy(`mtls: ${"}".repeat(50)}\n`)).length, 1);
  });
});
