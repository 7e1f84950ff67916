/** What the views of a file are made from. */
import assert from "node:assert/strict";
import { ManifestReader } from "../../src/analysis/manifests.ts";
import { takeSnapshot } from "../../src/analysis/snapshot.ts";

const policy = (namespace: string, mode: string) => `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default${namespace && `, namespace: ${namespace}`} }
spec: { mtls: { mode: ${mode} } }
`;

function snapshot(texts: Readonly<Record<string, string>>, defaultNamespace = "") {
  const files = Object.entries(texts).map(([path, text]) => ({ uri: `file:///w/${path}`, text }));
  const taken = takeSnapshot(new ManifestReader().read(files, defaultNamespace), { namespaceLabels: {} });
  return (path: string) => {
    const input = taken.inputOf(`file:///w/${path}`);
    assert.ok(input);
    return input;
  };
}

const modes = (input: ReturnType<ReturnType<typeof snapshot>>) =>
  input.mesh.policies.map(({ namespace, mode }) => `${namespace}: ${mode}`);

describe("files that define the same object", () => {
  const of = snapshot({
    "a.yaml": policy("shop", "STRICT"),
    "b.yaml": policy("shop", "DISABLE"),
    "c.yaml": policy("cart", "STRICT"),
    "d.yaml": policy("till", "STRICT"),
  });

  it("are judged each with its own version", () => {
    assert.deepEqual(modes(of("a.yaml")).toSorted(), ["cart: STRICT", "shop: STRICT", "till: STRICT"]);
    assert.deepEqual(modes(of("b.yaml")).toSorted(), ["cart: STRICT", "shop: DISABLE", "till: STRICT"]);
  });

  it("name each other", () => {
    const [alternative] = of("a.yaml").alternatives;
    assert.deepEqual(
      alternative?.others.map(({ source }) => source.uri),
      ["file:///w/b.yaml"],
    );
    assert.deepEqual(of("c.yaml").alternatives, []);
  });

  it("leave all others in one mesh, which is built once", () => {
    assert.equal(of("c.yaml").mesh, of("d.yaml").mesh);
    assert.equal(of("c.yaml").mesh, of("b.yaml").mesh);
    assert.notEqual(of("c.yaml").mesh, of("a.yaml").mesh);
  });
});

describe("an object that the cluster has already", () => {
  const named = (name: string, mode: string, day?: number) =>
    policy("shop", mode).replace(
      "name: default,",
      `name: ${name},${day === undefined ? "" : ` creationTimestamp: "2026-01-0${day}T00:00:00Z",`}`,
    );
  const observed = [named("first", "STRICT", 1), named("second", "DISABLE", 2)].join("---\n");

  it("keeps its rank when it is applied again", () => {
    const of = snapshot({ "observed.yaml": observed, "edited.yaml": named("first", "PERMISSIVE") });
    assert.deepEqual(modes(of("edited.yaml")), ["shop: PERMISSIVE", "shop: DISABLE"]);
  });

  it("comes before one that is yet to be created", () => {
    const of = snapshot({ "observed.yaml": observed, "new.yaml": named("a-new-one", "PERMISSIVE") });
    assert.deepEqual(modes(of("new.yaml")), ["shop: STRICT", "shop: DISABLE", "shop: PERMISSIVE"]);
  });
});

describe("the namespace of an object that names none", () => {
  const kustomization = "kind: Kustomization\nnamespace: shop\nresources: [policy.yaml]\n";
  const cases: readonly (readonly [
    claim: string,
    texts: Record<string, string>,
    setting: string,
    namespace: string,
  ])[] = [
    ["is default", {}, "", "default"],
    ["is that of the setting", {}, "till", "till"],
    [
      "is that of the kustomization rather than that of the setting",
      { "kustomization.yaml": kustomization },
      "till",
      "shop",
    ],
  ];
  for (const [claim, texts, setting, namespace] of cases) {
    it(claim, () => {
      const of = snapshot({ ...texts, "policy.yaml": policy("", "STRICT") }, setting);
      assert.deepEqual(modes(of("policy.yaml")), [`${namespace}: STRICT`]);
    });
  }
});

describe("a patch of a kustomization", () => {
  it("is no object, and no version of the one that it changes", () => {
    const of = snapshot({
      "kustomization.yaml": "kind: Kustomization\nresources: [policy.yaml]\npatches: [{ path: patch.yaml }]\n",
      "patch.yaml": policy("shop", "DISABLE"),
      "policy.yaml": policy("shop", "STRICT"),
    });
    assert.deepEqual(of("patch.yaml").objects, []);
    assert.deepEqual(of("policy.yaml").alternatives, []);
    assert.deepEqual(modes(of("patch.yaml")), ["shop: STRICT"]);
  });
});

describe("reading again", () => {
  const texts = [
    { uri: "file:///w/a.yaml", text: policy("", "STRICT") },
    { uri: "file:///w/b.yaml", text: policy("shop", "STRICT") },
  ];
  it("keeps what is the same, and reads what another text, setting or kustomization changes", () => {
    const reader = new ManifestReader();
    const [a, b] = reader.read(texts, "");
    const [sameA, sameB] = reader.read(texts, "");
    assert.deepEqual([sameA === a, sameB === b], [true, true]);
    const [editedA, keptB] = reader.read(
      [{ uri: "file:///w/a.yaml", text: policy("", "DISABLE") }, ...texts.slice(1)],
      "",
    );
    assert.deepEqual([editedA === a, keptB === b], [false, true]);
    const [movedA] = reader.read(texts, "till");
    assert.equal(movedA?.manifest.documents[0]?.resources[0]?.namespace, "till");
  });
});
