/** The channel over a real worker thread: every ask is answered or rejected, whatever happens on the other side. */
import assert from "node:assert/strict";
import { type RunningWorker, startWorker } from "../../src/workers/start.ts";
import type { EchoAsks, FromEcho, ToEcho } from "./echo.ts";

describe("a worker's channel", () => {
  let worker: RunningWorker<ToEcho, EchoAsks>;
  let heard: (text: string) => void = () => undefined;
  const nextTell = () =>
    new Promise<string>((resolve) => {
      heard = resolve;
    });

  beforeEach(() => {
    worker = startWorker<ToEcho, EchoAsks, FromEcho, Record<string, never>>(
      "echo",
      new URL("./echo.ts", import.meta.url),
      {
        told: { said: ({ text }) => heard(text), heardFailure: ({ text }) => heard(`failed: ${text}`) },
        asked: {},
        failed: (error) => heard(error.message),
      },
    );
  });
  afterEach(async () => {
    worker.dispose("test over");
    await worker.ended;
  });

  it("answers an ask", async () => {
    assert.equal(await worker.ask("reverse", { text: "mesh" }), "hsem");
  });

  it("gives each of several asks its own answer, in whatever order they come", async () => {
    const slow = worker.ask("late", { milliseconds: 20, text: "slow" });
    const quick = worker.ask("late", { milliseconds: 0, text: "quick" });
    assert.equal(await Promise.race([slow, quick]), "quick");
    assert.deepEqual(await Promise.all([slow, quick]), ["slow", "quick"]);
  });

  it("carries a tell both ways", async () => {
    const said = nextTell();
    worker.tell("say", { text: "hello" });
    assert.equal(await said, "hello");
  });

  it("rejects an ask with the text and the stack of what was thrown", async () => {
    const error = await worker.ask("throwing", { text: "no such file" }).catch((thrown: Error) => thrown);
    assert.ok(error instanceof Error);
    assert.equal(error.message, "no such file");
    assert.match(error.stack ?? "", /echo\.ts/);
  });

  it("rejects an ask whose answer cannot cross", async () => {
    await assert.rejects(worker.ask("uncloneable", {}), /could not be cloned/);
  });

  it("survives a throw in a tell and reports it on its own side", async () => {
    const failure = nextTell();
    worker.tell("throwInTell", { text: "bad tell" });
    assert.equal(await failure, "failed: bad tell");
    assert.equal(await worker.ask("reverse", { text: "ab" }), "ba");
  });

  it("rejects what is pending when it is disposed, and everything after", async () => {
    const pending = worker.ask("silent", {});
    worker.dispose("window closed");
    await assert.rejects(pending, /window closed/);
    await assert.rejects(worker.ask("reverse", { text: "ab" }), /window closed/);
    assert.equal(await worker.ended, undefined);
  });

  it("rejects what is pending when the thread crashes, with the reason", async () => {
    const pending = worker.ask("silent", {});
    worker.tell("crash", { text: "out of luck" });
    await assert.rejects(pending, /echo ended: out of luck/);
    assert.match((await worker.ended)?.message ?? "", /out of luck/);
  });

  it("drops the answer of a cancelled ask", async () => {
    const controller = new AbortController();
    const late = worker.ask("late", { milliseconds: 10, text: "too late" }, controller.signal);
    controller.abort();
    await assert.rejects(late, /cancelled/);
    assert.equal(await worker.ask("late", { milliseconds: 20, text: "in time" }), "in time");
    await assert.rejects(worker.ask("reverse", { text: "ab" }, controller.signal), /cancelled/);
  });
});
