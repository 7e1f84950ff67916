/** How much is done again after an edit, counted in documents and files. */
import assert from "node:assert/strict";
import { ManifestReader } from "../../src/analysis/manifests.ts";
import { Workspace } from "../../src/analysis/workspace/workspace.ts";
import { documentCache } from "../../src/manifest/document-cache.ts";
import { readManifest } from "../../src/manifest/read-manifest.ts";
import { callIndex } from "../../src/mesh/callers/call-index.ts";
import { arrivalsOf } from "../../src/mesh/verdict/arrivals.ts";
import { arrivalsIn } from "../../src/mesh/verdict/at-workload.ts";
import { decidedOn } from "../../src/mesh/verdict/deciders.ts";
import { corpus, longFile, namespaceName } from "../bench/corpus.ts";

const NAMESPACES = 20;
const filesOf = (namespaces: number) =>
  corpus(namespaces)
    .map(({ path, text }) => ({ uri: `file:///w/${path}`, text }))
    .toSorted((a, b) => (a.uri < b.uri ? -1 : 1));
const files = filesOf(NAMESPACES);

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
    // What is refused of a document is known by this object.
    const read = after.documents.filter(({ content }, index) => content !== before.documents[index]?.content);
    assert.equal(read.length, 1);
  });
});

describe("whatever the size of the workspace, as much is done again after an edit", () => {
  const SIZES = [50, 500];
  const edits: Readonly<Record<string, readonly [path: string, from: string | RegExp, to: string]>> = {
    "a policy": ["team-006/1-base.yaml", /mode: \w+/, "mode: DISABLE"],
    "a Deployment": ["team-006/1-base.yaml", "version: v1", "version: v2"],
    "a label that Services select by": [
      "team-006/2-shop.yaml",
      "        app: orders\n        version",
      "        app: other\n        version",
    ],
    "a Service": ["team-006/2-shop.yaml", "targetPort: http", "targetPort: 8080"],
    "the labels of a Namespace": ["team-006/1-base.yaml", "istio-injection: enabled", "istio-injection: disabled"],
    "a ConfigMap": ["team-006/1-base.yaml", "SEARCH_URL: http://search", "SEARCH_URL: http://mail"],
    "a DestinationRule": ["team-006/4-mail.yaml", "trafficPolicy:", "trafficPolicy:\n    tls:\n      mode: DISABLE"],
    "an AuthorizationPolicy": ["team-006/3-money.yaml", "sa/stock", "sa/web"],
  };
  const workspaces = SIZES.map((size) => {
    const texts = filesOf(size);
    const reader = new ManifestReader();
    return { texts, reader, workspace: new Workspace(reader.read(texts, ""), { namespaceLabels: {} }, {}) };
  });

  /** Files whose views are made again, workloads whose membership is found again, calls that are judged again. */
  function counted({ texts, reader, workspace }: (typeof workspaces)[number], edit: (typeof edits)[string]) {
    const meshOf = () => workspace.inputOf(texts[0]?.uri ?? "")?.mesh;
    const file = texts.find(({ uri }) => uri === `file:///w/${edit[0]}`);
    const before = meshOf();
    assert.ok(file !== undefined && before !== undefined);
    const known = new Set(callIndex(before).calls.map((call) => arrivalsOf(before, call)));
    const text = file.text.replace(edit[1], edit[2]);
    assert.notEqual(text, file.text);
    const touched = workspace.edit(reader.reread([{ uri: file.uri, text }]) ?? []);
    const after = meshOf();
    assert.ok(touched !== undefined && after !== undefined);
    const workloads = after.workloads.filter((workload) => !before.workloads.includes(workload));
    const judged = callIndex(after).calls.filter((call) => !known.has(arrivalsOf(after, call)));
    workspace.edit(reader.reread([file]) ?? []);
    return { files: touched.size, workloads: workloads.length, calls: judged.length };
  }

  for (const [what, edit] of Object.entries(edits)) {
    it(`of ${what}`, function () {
      this.timeout(20_000);
      const [small, large] = workspaces.map((each) => counted(each, edit));
      assert.deepEqual(large, small);
      assert.ok(small !== undefined && small.files <= 10 && small.workloads <= 6 && small.calls <= 12, what);
    });
  }
});
