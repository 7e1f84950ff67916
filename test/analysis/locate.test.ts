/** Where a field of an object stands. */
import assert from "node:assert/strict";
import { takeSnapshot } from "../../src/analysis/snapshot.ts";
import { readManifest } from "../../src/manifest/read-manifest.ts";
import type { Locate } from "../../src/view/input.ts";

const URI = "file:///w/policy.yaml";
const TEXT = `# a comment
kind: ConfigMap
apiVersion: v1
metadata: { name: settings }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
spec:
  mtls:
    mode: STRICT
`;

function located(pointer: string, part: Parameters<Locate>[2]): string {
  const manifest = readManifest(URI, TEXT, { defaultNamespace: "" });
  const input = takeSnapshot([{ uri: URI, text: TEXT, manifest }], { namespaceLabels: {} }).inputOf(URI);
  const policy = input?.objects.find(({ kind }) => kind === "PeerAuthentication");
  const location = policy && input?.locate(policy, pointer, part);
  if (location === undefined) return "nowhere";
  const { start, end } = location.range;
  return `${start.line}:${start.character}-${end.line}:${end.character}`;
}

describe("the place of a field", () => {
  const cases: readonly (readonly [pointer: string, part: Parameters<Locate>[2], place: string])[] = [
    ["/spec/mtls/mode", "value", "11:10-11:16"],
    ["/spec/mtls/mode", "key", "11:4-11:8"],
    ["/spec/mtls/mode", "entry", "11:4-11:16"],
    ["/metadata/name", "value", "8:8-8:15"],
  ];
  for (const [pointer, part, place] of cases) {
    it(`is that of its ${part}: ${pointer}`, () => assert.equal(located(pointer, part), place));
  }

  it("that is not there is the name of the nearest field around it", () => {
    assert.equal(located("/spec/mtls/typo/deep", "value"), "10:2-10:6");
    assert.equal(located("/spec/selector/matchLabels", "entry"), "9:0-9:4");
  });

  it("that is not there, in an object that has nothing around it, is where the object begins", () => {
    assert.equal(located("/status", "key"), "5:0-5:0");
  });

  it("of an object that is in no file is nowhere", () => {
    const input = takeSnapshot([], { namespaceLabels: {} });
    assert.equal(input.inputOf(URI), undefined);
  });
});
