/** Which version of an object counts where several files define it. */
import assert from "node:assert/strict";
import { choose, objectKey, othersOf, type Versions, versionIn, versionsOf } from "../../src/analysis/alternatives.ts";
import { object, type Said } from "./sample.ts";

const DEV = "file:///w/dev/cart.yaml";
const PROD = "file:///w/prod/cart.yaml";

function versions(...said: readonly Said[]): Versions {
  const files = said.map((one) => ({ uri: one.uri, objects: [object(one)] }));
  return versionsOf(files).values().next().value ?? [];
}

describe("the version of an object that counts", () => {
  const cases: readonly (readonly [claim: string, of: Versions, judged: string, wins: string])[] = [
    ["is the file's own", versions({ uri: DEV }, { uri: PROD }), DEV, DEV],
    [
      "is the file's own although a manifest tells more",
      versions({ uri: DEV, created: "2026" }, { uri: PROD }),
      DEV,
      DEV,
    ],
    ["is the one of the same folder", versions({ uri: DEV }, { uri: PROD }), "file:///w/dev/policy.yaml", DEV],
    ["is the one of the nearest folder", versions({ uri: DEV }, { uri: PROD }), "file:///w/prod/eu/policy.yaml", PROD],
    [
      "is the last by name where folders are equally near",
      versions({ uri: PROD }, { uri: DEV }),
      "file:///w/a.yaml",
      PROD,
    ],
    [
      "is the manifest's, not the recorded state's",
      versions({ uri: DEV }, { uri: PROD, created: "2026" }),
      "file:///w/prod/policy.yaml",
      DEV,
    ],
    ["is the only one", versions({ uri: DEV }), "file:///elsewhere/a.yaml", DEV],
  ];
  for (const [claim, of, judged, wins] of cases) {
    it(claim, () => assert.equal(choose(of, judged)?.source.uri, wins));
    it(`${claim}, in whatever order the files are read`, () =>
      assert.equal(choose(of.toReversed(), judged)?.source.uri, wins));
  }

  it("is the last document where one file holds several", () => {
    const both = [object({ uri: DEV, document: 0 }), object({ uri: DEV, document: 1 })];
    const [of] = versionsOf([{ uri: DEV, objects: both }]).values();
    assert.equal(of && choose(of, DEV), both[1]);
  });
});

describe("the name of an object", () => {
  it("is the same in every version of its API", () => {
    const [v1, beta] = ["v1", "v1beta1"].map((version) =>
      object({ uri: DEV, apiVersion: `security.istio.io/${version}` }),
    );
    assert.equal(v1 && objectKey(v1), beta && objectKey(beta));
  });
  it("tells kinds of the same name apart by their group", () => {
    const [istio, gateway] = ["networking.istio.io/v1", "gateway.networking.k8s.io/v1"].map((apiVersion) =>
      object({ uri: DEV, kind: "Gateway", apiVersion }),
    );
    assert.notEqual(istio && objectKey(istio), gateway && objectKey(gateway));
  });
});

describe("the other versions of an object", () => {
  const others = (of: Versions, uri: string) => {
    const own = versionIn(of, uri);
    return own && othersOf(own, of).map((other) => other.source.uri);
  };
  it("are those of all other files, by name", () => {
    const of = versions({ uri: PROD }, { uri: "file:///w/z.yaml" }, { uri: DEV });
    assert.deepEqual(others(of, "file:///w/z.yaml"), [DEV, PROD]);
  });
  it("leave out the recorded state", () => {
    const of = versions({ uri: DEV }, { uri: PROD, created: "2026" });
    assert.deepEqual(others(of, DEV), []);
    assert.deepEqual(others(of, PROD), []);
  });
});
