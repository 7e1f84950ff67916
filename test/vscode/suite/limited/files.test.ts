/** A workspace with more manifests than the setting allows: the first are read, and whatever a person opens. */
import assert from "node:assert/strict";
import { open, problems } from "../window.ts";

describe("more manifests than mtlsLens.maxFiles", () => {
  it("are read up to there, by path, and where they are open", async () => {
    await open("c.yaml");
    const misspelt = ["a.yaml", "b.yaml", "c.yaml"].filter((path) => problems(path).length > 0);
    assert.deepEqual(misspelt, ["a.yaml", "c.yaml"]);
  });
});
