/** How well calls are read from a pod's text: what is called certain is never wrong, and how much is found is printed. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Confidence } from "../../src/mesh/callers/call.ts";
import { callIndex } from "../../src/mesh/callers/call-index.ts";
import { targetKey } from "../../src/mesh/callers/target.ts";
import { meshFrom } from "../mesh/snapshot.ts";

interface Labelled {
  readonly about: string;
  readonly env?: string;
  readonly args?: readonly string[];
  readonly config?: string;
  /** `namespace/service:port`. */
  readonly calls: readonly string[];
}

const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const SERVICES = read("services.yaml");
const CASES: readonly Labelled[] = parse(read("cases.yaml"));
const LEAST = 60;
/** Share of the true calls that must be found, whatever their confidence. */
const LEAST_RECALL = 0.9;

/** Each call that is found, and how surely. */
function found({ env, args = [], config }: Labelled): ReadonlyMap<string, Confidence> {
  const container = {
    name: "client",
    args,
    env: env === undefined ? [] : [{ name: "TEXT", value: env }],
    envFrom: [{ configMapRef: { name: "config" } }],
  };
  const pod = { metadata: { name: "client", namespace: "shop" }, spec: { containers: [container] } };
  const map = { metadata: { name: "config", namespace: "shop" }, data: { text: config ?? "" } };
  const objects = [
    { apiVersion: "v1", kind: "Pod", ...pod },
    { apiVersion: "v1", kind: "ConfigMap", ...map },
  ];
  const mesh = meshFrom([SERVICES, ...objects.map((object) => JSON.stringify(object))].join("\n---\n"));
  return new Map(
    callIndex(mesh).calls.map(({ target, evidence: [best] }) => [targetKey(target), best?.confidence ?? "guess"]),
  );
}

describe("callers read from text", () => {
  it("are labelled, half of the texts being look-alikes", () => {
    const lookAlikes = CASES.filter(({ calls }) => calls.length === 0);
    assert.ok(CASES.length >= LEAST, `${CASES.length} cases`);
    assert.ok(lookAlikes.length >= CASES.length / 2, `${lookAlikes.length} of ${CASES.length} look alike`);
  });

  for (const each of CASES) {
    it(`${each.about}: nothing is certain that is not so`, () => {
      const certain = [...found(each)].flatMap(([call, confidence]) => (confidence === "certain" ? [call] : []));
      assert.deepEqual(
        certain.filter((call) => !each.calls.includes(call)),
        [],
      );
    });
  }

  it("are nearly all found", () => {
    const missed = CASES.flatMap((each) => {
      const calls = found(each);
      return each.calls.filter((call) => !calls.has(call)).map((call) => `${call} (${each.about})`);
    });
    const wrong = CASES.flatMap((each) => [...found(each).keys()].filter((call) => !each.calls.includes(call)));
    const all = CASES.flatMap(({ calls }) => calls).length;
    const recall = (all - missed.length) / all;
    console.log(
      `      recall ${all - missed.length} of ${all} calls (${(recall * 100).toFixed(0)} %), ${wrong.length} claimed wrongly without being certain; missed: ${missed.join(", ") || "none"}`,
    );
    assert.ok(recall >= LEAST_RECALL, `recall ${recall}`);
  });
});
