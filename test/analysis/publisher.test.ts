/** When views are made and which are handed out. */
import assert from "node:assert/strict";
import { Publisher } from "../../src/analysis/publisher.ts";
import type { FileViews } from "../../src/protocol/analysis.ts";

/** Views that differ exactly when `texts` differ; everything handed out is recorded as `revision: files`. */
function start(texts: Map<string, string>, { open = [] as readonly string[], milliseconds = 0 } = {}) {
  const handedOut: string[] = [];
  const made: string[] = [];
  const state = { ready: true };
  const known = new Set<string>();
  const publisher = new Publisher({
    ready: () => state.ready,
    takeRevision: () => {
      for (const uri of texts.keys()) known.add(uri);
      return [...known].sort();
    },
    isThere: (uri) => texts.has(uri),
    isOpen: (uri) => open.includes(uri),
    viewsOf(uri): FileViews {
      made.push(uri);
      for (const end = performance.now() + milliseconds; performance.now() < end; );
      const text = texts.get(uri) ?? "";
      const at = { line: 0, character: 0 };
      return { uri, lenses: [{ range: { start: at, end: at }, text, tooltip: "" }], problems: [] };
    },
    done: () => undefined,
    publish: (revision, files) => {
      handedOut.push(`${revision}: ${files.map(({ uri, lenses }) => `${uri}=${lenses[0]?.text ?? ""}`).join(" ")}`);
    },
  });
  return { publisher, handedOut, made, state };
}

describe("the views of a revision", () => {
  it("are handed out once per burst of changes", async () => {
    const { publisher, handedOut } = start(new Map([["a", "1"]]));
    for (let change = 0; change < 5; change += 1) publisher.changed();
    await publisher.settled();
    assert.deepEqual(handedOut, ["1: a=1"]);
  });

  it("come for open files first", async () => {
    const texts = new Map([
      ["a", "1"],
      ["b", "1"],
      ["c", "1"],
    ]);
    const { publisher, handedOut } = start(texts, { open: ["b"] });
    publisher.changed();
    await publisher.settled();
    assert.deepEqual(handedOut, ["1: b=1", "1: a=1 c=1"]);
  });

  it("of files that are not open come all at once, however long they take", async () => {
    const texts = new Map(Array.from({ length: 12 }, (_, index) => [`f${index}`, "1"]));
    const { publisher, handedOut } = start(texts, { milliseconds: 5 });
    publisher.changed();
    await publisher.settled();
    assert.equal(handedOut.length, 1);
  });

  it("are handed out again only where they differ", async () => {
    const texts = new Map([
      ["a", "1"],
      ["b", "1"],
    ]);
    const { publisher, handedOut, made } = start(texts);
    publisher.changed();
    await publisher.settled();
    texts.set("b", "2");
    publisher.changed();
    await publisher.settled();
    assert.deepEqual(handedOut, ["1: a=1 b=1", "2: b=2"]);
    assert.deepEqual(made, ["a", "b", "a", "b"]);
  });

  it("of a file that is gone are handed out empty", async () => {
    const texts = new Map([["a", "1"]]);
    const { publisher, handedOut } = start(texts);
    publisher.changed();
    await publisher.settled();
    texts.delete("a");
    publisher.changed();
    await publisher.settled();
    assert.deepEqual(handedOut, ["1: a=1", "2: a="]);
    assert.deepEqual(publisher.shown(), []);
  });

  it("wait until everything is read", async () => {
    const { publisher, handedOut, state } = start(new Map([["a", "1"]]));
    state.ready = false;
    publisher.changed();
    const settled = publisher.settled();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    assert.deepEqual(handedOut, []);
    state.ready = true;
    publisher.changed();
    await settled;
    assert.deepEqual(handedOut, ["1: a=1"]);
  });

  it("reach every file although the changes never pause", async () => {
    const texts = new Map(Array.from({ length: 60 }, (_, index) => [`f${String(index).padStart(2, "0")}`, "1"]));
    const { publisher, made } = start(texts, { milliseconds: 2 });
    for (let turn = 0; turn < 60 && new Set(made).size < texts.size; turn += 1) {
      publisher.changed();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(new Set(made).size, texts.size);
  });
});
