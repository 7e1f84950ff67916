/** What a plain scalar means to Kubernetes. */
import assert from "node:assert/strict";
import { keyText, plainScalar, taggedScalar } from "../../../src/manifest/yaml/scalar.ts";

const TABLE: readonly (readonly [value: string | number | boolean | null, ...sources: string[]])[] = [
  [true, "true", "True", "TRUE", "yes", "Yes", "YES", "y", "Y", "on", "On", "ON"],
  [false, "false", "False", "FALSE", "no", "No", "NO", "n", "N", "off", "Off", "OFF"],
  [null, "", "~", "null", "Null", "NULL"],
  [8, "8", "010", "0o10", "+8", "0x8", "0b1000"],
  [-8, "-8", "-010"],
  [1000, "1_000", "1000", "1e3", "1.0e+3"],
  [0, "0", "-0", "00", ".0"],
  [0.5, ".5", "0.5", "0.50"],
  [8, "08"],
  [-8, "-08"],
  ["tRUE", "tRUE"],
  ["1:30", "1:30"],
  ["2020-01-01", "2020-01-01"],
  ["1.2.3", "1.2.3"],
  ["v1", "v1"],
  ["-", "-"],
  ["0x", "0x"],
  [".", "."],
  ["oN", "oN"],
];

describe("a plain scalar", () => {
  for (const [value, ...sources] of TABLE) {
    for (const source of sources) {
      it(`${JSON.stringify(source)} is ${typeof value} ${value}`, () => assert.equal(plainScalar(source), value));
    }
  }

  it("keeps its text under a tag for text", () => {
    assert.equal(taggedScalar("tag:yaml.org,2002:str", "8080"), "8080");
    assert.equal(taggedScalar("!vault", "yes"), "yes");
    assert.equal(taggedScalar("tag:yaml.org,2002:int", "8080"), 8080);
  });

  it("is the text of its value as a key", () => {
    assert.deepEqual(
      ["8080", "010", "on", "~"].map((key) => keyText(plainScalar(key))),
      ["8080", "8", "true", "null"],
    );
  });
});
