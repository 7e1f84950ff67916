/** Which files are patches, and which namespace a kustomization gives. */
import assert from "node:assert/strict";
import { isKustomization, kustomize, readKustomization } from "../../src/manifest/kustomization.ts";

const ROOT = "file:///w";
const FILES = {
  "base/kustomization.yaml": `
resources: [web.yaml, policy.yaml, sub/dir]
patches:
- path: web-patch.yaml
- patch: "- op: remove\\n  path: /spec"
  target: {kind: Service}
patchesStrategicMerge: [old-patch.yaml, "kind: Service\\nmetadata: {name: inline}\\n"]
patchesJson6902: [{path: json-patch.yaml, target: {kind: Service}}]
`,
  "base/sub/dir/kustomization.yml": "namespace: sub\nresources: [deep.yaml]\n",
  "dev/Kustomization": "namespace: dev\nresources: [../base, own.yaml, ./dot.yaml, 'a b.yaml']\n",
  "loop/kustomization.yaml": "resources: [../loop, x.yaml]\n",
  "plain/kustomization.yaml": "resources: [y.yaml]\n",
};
const PROD = { "prod/kustomization.yaml": "namespace: prod\nresources: [../base/]\n" };
const UNNAMED = { "test/kustomization.yaml": "resources: [../base]\n" };

function kustomized(files: Readonly<Record<string, string>>) {
  return kustomize(new Map(Object.entries(files).map(([path, text]) => [`${ROOT}/${path}`, readKustomization(text)])));
}

describe("a kustomization", () => {
  it("is known by its file name", () => {
    const names = [
      "kustomization.yaml",
      "kustomization.yml",
      "Kustomization",
      "my-kustomization.yaml",
      "kustomization.json",
    ];
    assert.deepEqual(
      names.map((name) => isKustomization(`${ROOT}/${name}`)),
      [true, true, true, false, false],
    );
  });

  it("names its patches by path; inline ones are none", () => {
    assert.deepEqual(
      [...kustomized(FILES).patches].sort(),
      ["json-patch", "old-patch", "web-patch"].map((name) => `${ROOT}/base/${name}.yaml`),
    );
  });

  const namespaces: readonly (readonly [claim: string, files: object, path: string, namespace: string | undefined])[] =
    [
      ["gives its namespace to the files that it lists", FILES, "dev/own.yaml", "dev"],
      ["may write ./ before a path", FILES, "dev/dot.yaml", "dev"],
      ["may list names with blanks, which URIs escape", FILES, "dev/a%20b.yaml", "dev"],
      ["gives it to the files of a base", FILES, "base/web.yaml", "dev"],
      ["does not give it to files of a base that names its own", FILES, "base/sub/dir/deep.yaml", "sub"],
      ["leaves it open where two overlays disagree", { ...FILES, ...PROD }, "base/web.yaml", undefined],
      ["leaves it open where another overlay names none", { ...FILES, ...UNNAMED }, "base/web.yaml", undefined],
      ["gives none where it names none", FILES, "plain/y.yaml", undefined],
      ["gives none to files that nobody lists", FILES, "base/other.yaml", undefined],
      ["that lists itself comes to an end", FILES, "loop/x.yaml", undefined],
    ];
  for (const [claim, files, path, namespace] of namespaces) {
    it(claim, () => assert.equal(kustomized(files as typeof FILES).namespaceOf(`${ROOT}/${path}`), namespace));
  }

  it("that is half typed says what it can", () => {
    assert.deepEqual(readKustomization("namespace: dev\nresources: [a.yaml, b"), {
      namespace: "dev",
      resources: ["a.yaml"],
      patches: [],
    });
    assert.deepEqual(readKustomization("- x\n"), { resources: [], patches: [] });
  });
});
