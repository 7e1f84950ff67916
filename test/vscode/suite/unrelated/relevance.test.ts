/** What of a text starts the analysis, and what it costs to find out. */
import assert from "node:assert/strict";
import { relevance } from "../../../../src/ui/relevance.ts";

const CASES: readonly (readonly [text: string, is: ReturnType<typeof relevance>])[] = [
  ["apiVersion: security.istio.io/v1\nkind: PeerAuthentication\n", "istio"],
  ["apiVersion: v1\nkind: Namespace\nmetadata: { labels: { istio-injection: enabled } }\n", "istio"],
  ["metadata: { labels: { istio.io/rev: canary } }\n", "istio"],
  ["apiVersion: apps/v1\nkind: Deployment\n", "workload"],
  ['apiVersion: v1\nitems:\n  - kind: "Pod"\n', "workload"],
  ["# see https://istio.io/latest/docs\nservices: {}\n", "none"],
  ["services: { web: { image: nginx } }\n", "none"],
  ["description: the kind: Deployment of old\n", "none"],
];

describe("the look at a text", () => {
  for (const [text, is] of CASES) {
    it(`finds "${is}" in ${JSON.stringify(text)}`, () => assert.equal(relevance(text), is));
  }

  for (const [name, line] of [
    ["of blank lines", "\n"],
    ["of spaces", " "],
    ["of other YAML", "key: some value of no interest\n"],
  ] as const) {
    it(`takes at most ten milliseconds for 100,000 characters ${name}`, () => {
      const text = line.repeat(100_000 / line.length);
      const start = performance.now();
      assert.equal(relevance(text), "none");
      assert.ok(performance.now() - start <= 10, `${performance.now() - start} ms`);
    });
  }
});
