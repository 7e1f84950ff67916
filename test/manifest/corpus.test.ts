/** Sound manifests of small meshes: every document is an object that is understood whole. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { documentsOf } from "./reading.ts";

/** Every so many meshes of a file, to stay quick. */
const FILES = [
  ["corners.jsonl", 1],
  ["injection.jsonl.gz", 10],
  ["meshes.jsonl.gz", 40],
  ["ambient.jsonl.gz", 10],
] as const;

function meshes(file: string): readonly { readonly id: string; readonly manifests: string }[] {
  const bytes = readFileSync(new URL(`../vectors/data/${file}`, import.meta.url));
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
}

describe("the meshes of", () => {
  for (const [file, every] of FILES) {
    it(`${file} are read whole`, function () {
      this.timeout(5000);
      const all = meshes(file).filter((_, index) => index % every === 0);
      assert.ok(all.length >= 10);
      for (const { id, manifests } of all) {
        for (const { index, resources, problems } of documentsOf(manifests)) {
          assert.deepEqual([resources.length, problems], [1, []], `${id}, document ${index}`);
          assert.deepEqual(resources[0]?.gaps, [], `${id}, document ${index}`);
        }
      }
    });
  }
});
