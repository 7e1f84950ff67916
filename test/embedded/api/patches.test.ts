import assert from "node:assert/strict";
import type { JsonMap } from "../../../src/embedded/api/object.ts";
import { mergePatched } from "../../../src/embedded/api/patches/merge.ts";
import { strategicPatched } from "../../../src/embedded/api/patches/strategic.ts";
import { DEFINITIONS } from "../../../src/embedded/api/schemas/schema.ts";

const POD = DEFINITIONS["api.core.v1.PodSpec"];
const app = { name: "app", image: "app:1", env: [{ name: "A", value: "1" }] };
const helper = { name: "helper", image: "helper:1" };
const two: JsonMap = { containers: [app, helper] };

const strategic: readonly (readonly [string, JsonMap, JsonMap, JsonMap])[] = [
  [
    "merges a container by its name, and leaves the others",
    two,
    { containers: [{ name: "helper", image: "helper:2" }] },
    { containers: [app, { name: "helper", image: "helper:2" }] },
  ],
  [
    "puts a new item first, as Kubernetes does",
    { containers: [{ name: "app", env: [{ name: "A", value: "1" }] }] },
    { containers: [{ name: "app", env: [{ name: "B", value: "2" }] }] },
    {
      containers: [
        {
          name: "app",
          env: [
            { name: "B", value: "2" },
            { name: "A", value: "1" },
          ],
        },
      ],
    },
  ],
  [
    "takes an item away by $patch: delete",
    two,
    { containers: [{ $patch: "delete", name: "helper" }] },
    { containers: [app] },
  ],
  [
    "replaces a list by $patch: replace",
    two,
    { containers: [{ name: "only" }, { $patch: "replace" }] },
    { containers: [{ name: "only" }] },
  ],
  [
    "replaces a list without a merge key",
    { dnsPolicy: "a", tolerations: [{ key: "a" }] },
    { tolerations: [] },
    { dnsPolicy: "a", tolerations: [] },
  ],
  [
    "puts items in the order that the patch asks for",
    two,
    {
      "$setElementOrder/containers": [{ name: "helper" }, { name: "app" }],
      containers: [{ name: "app", image: "app:2" }],
    },
    { containers: [helper, { name: "app", image: "app:2", env: [{ name: "A", value: "1" }] }] },
  ],
  [
    "replaces a map by $patch: replace",
    { nodeSelector: { a: "1" } },
    { nodeSelector: { $patch: "replace", b: "2" } },
    { nodeSelector: { b: "2" } },
  ],
  ["takes a field away by null", { dnsPolicy: "a", hostname: "b" }, { hostname: null }, { dnsPolicy: "a" }],
  [
    "keeps no other fields than $retainKeys names",
    { securityContext: { runAsUser: 1, fsGroup: 2 } },
    { securityContext: { $retainKeys: ["fsGroup"], fsGroup: 3 } },
    { securityContext: { fsGroup: 3 } },
  ],
];

describe("a strategic merge patch", () => {
  for (const [what, live, patch, expected] of strategic) {
    it(what, () => {
      assert.deepEqual(strategicPatched(POD, live, patch), expected);
    });
  }
});

describe("a merge patch", () => {
  it("takes fields away, and replaces lists", () => {
    const live = { a: { b: "1", c: "2" }, list: ["x", "y"] };
    assert.deepEqual(mergePatched(live, { a: { c: null }, list: ["z"] }), { a: { b: "1" }, list: ["z"] });
  });

  it("goes on after a field with a name that JavaScript knows", () => {
    const patch: JsonMap = JSON.parse('{"constructor":{"a":1},"__proto__":{"b":2},"after":true}');
    const merged = mergePatched({}, patch);
    assert.deepEqual(Object.keys(merged), ["constructor", "__proto__", "after"]);
    assert.equal(Object.getPrototypeOf(merged), Object.prototype);
  });
});
