/** What kubectl prints of a real cluster is longer than any document that a person writes. */
import assert from "node:assert/strict";
import { Folder } from "./run.ts";

describe("check", () => {
  it("takes a List as long as those of a real cluster", () => {
    const folder = new Folder();
    const pods = Array.from({ length: 300 }, (_, index) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: `p${index}`,
        namespace: "default",
        annotations: { long: "x".repeat(6000) },
        creationTimestamp: "2026-01-01T00:00:00Z",
      },
      spec: { containers: [{ name: "app", image: "example/app" }] },
      status: { phase: "Running" },
    }));
    folder.write("seen.json", JSON.stringify({ apiVersion: "v1", kind: "List", items: pods }, undefined, 4));
    const { code, err } = folder.run(["check", "lab", "--observed", "seen.json"]);
    folder.remove();
    assert.deepEqual({ code, err }, { code: 1, err: "" });
  }).timeout(20_000);
});
