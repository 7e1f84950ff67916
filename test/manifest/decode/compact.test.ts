/** What objects have in common is kept once, and what differs stays apart. */
import assert from "node:assert/strict";
import { compact, nothingShared } from "../../../src/manifest/decode/compact.ts";

function compacted(...objects: readonly object[]): readonly object[] {
  const shared = nothingShared();
  for (const object of objects) compact(object, shared);
  return objects;
}

describe("decoded objects", () => {
  it("that say the same stay the same", () => {
    const objects = [
      {
        name: "a",
        labels: { app: "web" },
        owners: [],
        annotations: {},
        spec: { ports: [{ port: 80 }], flags: [true] },
      },
      { name: "b", labels: { app: "web\ntier\nfront" }, selector: { app: "web", tier: "front" } },
      { labels: { app: "web", tier: "front" }, selector: undefined, data: { long: "x".repeat(500) } },
    ];
    assert.deepEqual(compacted(...structuredClone(objects)), objects);
  });
  it("have the same labels once", () => {
    const [workload, service] = [{ labels: { app: "web" } }, { selector: { app: "web" } }];
    compacted(workload, service);
    assert.equal(workload.labels, service.selector);
  });
  it("share nothing where labels have lines of their own", () => {
    const [one, two] = [{ labels: { a: "b\nc\nd" } as object }, { labels: { a: "b", c: "d" } as object }];
    compacted(one, two);
    assert.deepEqual([one, two], [{ labels: { a: "b\nc\nd" } }, { labels: { a: "b", c: "d" } }]);
  });
});
