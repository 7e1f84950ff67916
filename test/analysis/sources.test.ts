/** Which text of a file counts, with reads that answer when the test says so. */
import assert from "node:assert/strict";
import { mock } from "node:test";
import type { Content } from "../../src/analysis/disk.ts";
import { Sources } from "../../src/analysis/sources.ts";

interface Read {
  readonly uri: string;
  answer(content: Content): Promise<void>;
}

function start() {
  const reads: Read[] = [];
  const progress: string[] = [];
  let changes = 0;
  const sources = new Sources({
    read: (uri) =>
      new Promise((resolve) => {
        reads.push({
          uri,
          answer(content) {
            resolve(content);
            return new Promise((settled) => setImmediate(settled));
          },
        });
      }),
    changed: () => {
      changes += 1;
    },
    progress: (read, total) => progress.push(`${read}/${total}`),
  });
  return { sources, reads, progress, changes: () => changes };
}

describe("the text of a file", () => {
  it("is that of the open document, and that of the disk once it is closed", async () => {
    const { sources, reads } = start();
    sources.load(["file:///a.yaml"]);
    await reads[0]?.answer({ text: "disk" });
    sources.opened("file:///a.yaml", 3, "open");
    assert.deepEqual(sources.of("file:///a.yaml"), { text: "open", version: 3 });
    sources.closed("file:///a.yaml");
    assert.deepEqual(sources.of("file:///a.yaml"), { text: "disk" });
  });

  it("is gone with the document when no file holds it", () => {
    const { sources } = start();
    sources.opened("untitled:1", 1, "open");
    sources.closed("untitled:1");
    assert.deepEqual(sources.uris(), []);
  });

  it("is the one read last when it was asked for twice", async () => {
    const { sources, reads } = start();
    sources.load(["file:///a.yaml"]);
    sources.load(["file:///a.yaml"]);
    await reads[1]?.answer({ text: "new" });
    await reads[0]?.answer({ text: "old" });
    assert.deepEqual(sources.of("file:///a.yaml"), { text: "new" });
  });

  it("does not come back when the file was removed while it was read", async () => {
    const { sources, reads } = start();
    sources.load(["file:///a.yaml"]);
    sources.removed(["file:///a.yaml"]);
    await reads[0]?.answer({ text: "late" });
    assert.deepEqual(sources.uris(), []);
  });

  it("goes with its folder, and with no folder whose name only begins alike", async () => {
    const { sources } = start();
    sources.give("vfs:/shop/a.yaml", { text: "" });
    sources.give("vfs:/shop-eu/a.yaml", { text: "" });
    sources.removed(["vfs:/shop"]);
    assert.deepEqual(sources.uris(), ["vfs:/shop-eu/a.yaml"]);
  });

  it("that cannot be read keeps its reason, and others are read", async () => {
    const { sources, reads } = start();
    sources.load(["file:///a.yaml", "file:///b.yaml"]);
    await reads[0]?.answer({ unreadable: "permission denied" });
    await reads[1]?.answer({ text: "b" });
    assert.deepEqual(sources.of("file:///a.yaml"), { unreadable: "permission denied" });
    assert.deepEqual(sources.of("file:///b.yaml"), { text: "b" });
  });
});

describe("reading many files", () => {
  const uris = Array.from({ length: 40 }, (_, index) => `file:///${index}.yaml`);

  it("keeps at most sixteen reads under way and tells how far it is", async () => {
    const { sources, reads, progress } = start();
    sources.load(uris);
    assert.equal(reads.length, 16);
    await reads[0]?.answer({ text: "" });
    assert.equal(reads.length, 17);
    assert.deepEqual(progress, ["1/40"]);
  });

  it("is one change, when the last is read", async () => {
    const { sources, reads, changes } = start();
    sources.load(uris);
    for (let next = 0; next < uris.length; next += 1) {
      assert.deepEqual([sources.reading, changes()], [true, 0]);
      await reads[next]?.answer({ text: "" });
    }
    assert.deepEqual([sources.reading, changes()], [false, 1]);
  });
});

describe("a disk that does not answer", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => mock.timers.reset());

  it("keeps nobody waiting for longer than ten seconds: what it holds is named, and read when it answers", async () => {
    const { sources, reads, changes } = start();
    sources.load(["file:///a.yaml", "file:///nfs/b.yaml"]);
    await reads[0]?.answer({ text: "a" });
    mock.timers.tick(9_999);
    assert.deepEqual([sources.reading, changes()], [true, 0]);
    mock.timers.tick(1);
    assert.deepEqual([sources.reading, changes()], [false, 1]);
    assert.deepEqual(sources.of("file:///a.yaml"), { text: "a" });
    const late = sources.of("file:///nfs/b.yaml");
    assert.match(late !== undefined && "unreadable" in late ? late.unreadable : "", /has not answered/);
    await reads[1]?.answer({ text: "b" });
    assert.deepEqual(sources.of("file:///nfs/b.yaml"), { text: "b" });
    assert.deepEqual([sources.reading, changes()], [false, 2]);
  });

  it("has all the time it takes as long as some file comes", async () => {
    const { sources, reads } = start();
    sources.load(["file:///a.yaml", "file:///b.yaml"]);
    mock.timers.tick(9_000);
    await reads[0]?.answer({ text: "a" });
    mock.timers.tick(9_000);
    assert.equal(sources.reading, true);
    assert.equal(sources.of("file:///b.yaml"), undefined);
  });
});
