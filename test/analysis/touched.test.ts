/** How much is done again after an edit, counted in documents and files. */
import assert from "node:assert/strict";
import { ManifestReader } from "../../src/analysis/manifests.ts";
import { Workspace } from "../../src/analysis/workspace/workspace.ts";
import { documentCache } from "../../src/manifest/document-cache.ts";
import { readManifest } from "../../src/manifest/read-manifest.ts";
import { arrivalsIn } from "../../src/mesh/verdict/at-workload.ts";
import { decidedOn } from "../../src/mesh/verdict/deciders.ts";
import { corpus, longFile, namespaceName } from "../bench/corpus.ts";

const NAMESPACES = 20;
const files = corpus(NAMESPACES)
  .map(({ path, text }) => ({ uri: `file:///w/${path}`, text }))
  .toSorted((a, b) => (a.uri < b.uri ? -1 : 1));

/** The files whose views are made again; undefined for all, in a workspace that is made anew. */
function touched(path: string, from: string | RegExp, to: string): ReadonlySet<string> | undefined {
  const reader = new ManifestReader();
  const workspace = new Workspace(reader.read(files, ""), { namespaceLabels: {} }, {});
  for (const { uri } of files) workspace.inputOf(uri);
  const file = files.find(({ uri }) => uri === `file:///w/${path}`);
  assert.ok(file);
  const text = file.text.replace(from, to);
  assert.notEqual(text, file.text);
  return workspace.edit(reader.reread([{ uri: file.uri, text }]) ?? []);
}

describe("an edit of a policy makes again the views", () => {
  it("of its namespace, of those that call into it, and of the policy of the mesh", () => {
    const uris = touched("team-003/1-base.yaml", /mode: \w+/, "mode: STRICT") ?? new Set();
    const folders = new Set([...uris].map((uri) => uri.split("/")[4]));
    // Namespace 6 calls (6 * 7 + 1) % 20 = 3.
    assert.deepEqual([...folders].toSorted(), ["team-000", "team-003", "team-006"]);
    assert.ok(uris.size <= 6, `${[...uris]}`);
  });

  it("of all files, when it is for the mesh", () => {
    assert.equal(touched("team-000/2-shop.yaml", /mode: \w+/, "mode: STRICT")?.size, files.length);
  });
});

describe("an edit of a policy leaves known", () => {
  const reader = new ManifestReader();
  const workspace = new Workspace(reader.read(files, ""), { namespaceLabels: {} }, {});
  const [first] = files;
  const meshNow = () => {
    const mesh = workspace.inputOf(first?.uri ?? "")?.mesh;
    assert.ok(mesh);
    return mesh;
  };
  const edited = () => {
    const before = meshNow();
    const judged = new Map(namespaces.map((namespace) => [namespace, arrivalsIn(before, namespace)]));
    const decided = before.workloads.map((workload) => decidedOn(before, workload));
    const file = files.find(({ uri }) => uri.endsWith("team-003/1-base.yaml"));
    assert.ok(file);
    workspace.edit(reader.reread([{ uri: file.uri, text: file.text.replace(/mode: \w+/, "mode: DISABLE") }]) ?? []);
    const after = meshNow();
    assert.notEqual(after.policies, before.policies);
    return { before, after, judged, decided };
  };
  const namespaces = Array.from({ length: NAMESPACES }, (_, index) => namespaceName(index));

  it("how calls arrive in all other namespaces, and who decides there", () => {
    const { before, after, judged, decided } = edited();
    assert.deepEqual(
      namespaces.filter((namespace) => arrivalsIn(after, namespace) !== judged.get(namespace)),
      ["team-003"],
    );
    const other = before.workloads.filter((workload, index) => decidedOn(after, workload) !== decided[index]);
    assert.deepEqual([...new Set(other.map(({ namespace }) => namespace))], ["team-003"]);
  });
});

describe("an edit that no rule reads", () => {
  it("makes again the views of its file", () => {
    assert.deepEqual(
      [...(touched("team-003/1-base.yaml", "cpu: 100m", "cpu: 200m") ?? [])],
      ["file:///w/team-003/1-base.yaml"],
    );
  });
});

describe("an edit of one document of a thousand", () => {
  it("is parsed alone, decoded alone, and validated alone", () => {
    const cache = documentCache();
    const { text } = longFile(1000);
    const before = readManifest("file:///w/long.yaml", text, { defaultNamespace: "", cache });
    const parsed = cache.parsed;
    const after = readManifest("file:///w/long.yaml", text.replace(/mode: \w+/, "mode: DISABLE"), {
      defaultNamespace: "",
      cache,
    });
    assert.equal(cache.parsed - parsed, 1);
    const changed = after.documents.filter(({ resources }, index) => resources !== before.documents[index]?.resources);
    assert.equal(changed.length, 1);
    // What is refused of a document is known by this function.
    assert.equal(after.documents.filter(({ json }, index) => json !== before.documents[index]?.json).length, 1);
  });
});
