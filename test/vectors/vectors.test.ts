/** Istio's own packages are the judge: every file of answers in `data/`, every question that has a rule. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { runFile } from "./run.ts";

const DATA = join(import.meta.dirname, "data");
const files = readdirSync(DATA).filter((name) => /\.jsonl(\.gz)?$/.test(name));

/** The least number of answers that must be compared, so that an empty file cannot pass. */
const LEAST: Readonly<Record<string, number>> = {
  "corners.jsonl": 60,
  "meshes.jsonl.gz": 15_000,
  "gateways.jsonl": 900,
  "listener-sets.jsonl": 400,
  "server-first.jsonl": 30,
  "backend-policies.jsonl": 250,
  "injection.jsonl.gz": 1_500,
  "ambient.jsonl.gz": 300,
  "validation.jsonl.gz": 1_000,
};

describe("vectors", () => {
  it("lists files", () => {
    assert.deepEqual(files.toSorted(), Object.keys(LEAST).toSorted());
  });

  for (const file of files) {
    it(`${file}: our answers are Istio's`, function () {
      this.timeout(120_000);
      const { passed, mismatches } = runFile(join(DATA, file));
      assert.deepEqual(mismatches.slice(0, 5), []);
      assert.equal(mismatches.length, 0);
      assert.ok(passed >= (LEAST[file] ?? 1), `${passed} answers compared`);
    });
  }
});
