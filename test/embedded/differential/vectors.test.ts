/** Istio's own packages are the judge of the sockets too: a sample of their questions, another one in each run. */
import assert from "node:assert/strict";
import { askAll } from "./question/ask-all.ts";
import { type Asked, askable, LEFT_OUT } from "./question/pool.ts";
import { sample } from "./question/sample.ts";

const SIZE = 300;
const PER_ANSWER = 15;

const seed = Math.floor(Math.random() * 1e6);

function counts(asked: readonly Asked[]): ReadonlyMap<string, number> {
  const groups = Map.groupBy(asked, ({ question }) => question.answer);
  return new Map([...groups].map(([answer, some]) => [answer, some.length]));
}

describe("vectors on sockets", () => {
  const all = askable();
  const chosen = sample(all, SIZE, PER_ANSWER, seed);

  it(`a sample has ${SIZE} questions, and ${PER_ANSWER} for each answer that so many have`, () => {
    const there = counts(all);
    assert.ok(there.size >= 13 && all.length > 8_000, `${there.size} answers, ${all.length} questions`);
    assert.ok(chosen.length >= SIZE);
    for (const [answer, count] of there) {
      assert.ok((counts(chosen).get(answer) ?? 0) >= Math.min(PER_ANSWER, count), answer);
    }
  });

  it("the same seed asks the same questions, another one others", () => {
    assert.deepEqual(sample(all, SIZE, PER_ANSWER, seed), chosen);
    assert.notDeepEqual(sample(all, SIZE, PER_ANSWER, seed + 1), chosen);
  });

  it("an answer that differs is told with its question", async () => {
    const [right] = sample(
      all.filter(({ question }) => question.answer === "ok-mtls"),
      1,
      1,
      seed,
    );
    assert.ok(right !== undefined);
    const wrong = { ...right, question: { ...right.question, answer: "ok-plaintext" } };
    const [told = "", ...more] = await askAll([right, wrong]);
    assert.match(told, /^[cr]-.*\n {2}asked {4}\{.*\n {2}expected ok-plaintext\n {2}actual {3}ok-mtls$/);
    assert.deepEqual(more, []);
  });

  const leftOut = LEFT_OUT.map(({ source }) => source.replaceAll(/[\^$]/g, "")).join("*, ");
  it(`a real connection tells what Istio tells, ${leftOut} left out (seed ${seed})`, async function () {
    this.timeout(120_000);
    process.stdout.write(`  ${chosen.length} questions on sockets, seed ${seed}\n`);
    const mismatches = await askAll(chosen);
    assert.equal(mismatches.length, 0, `seed ${seed}\n${mismatches.slice(0, 5).join("\n")}`);
  });
});
