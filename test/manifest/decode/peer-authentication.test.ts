/** What a PeerAuthentication says, however it is spelled. */
import assert from "node:assert/strict";
import { gapsOf, policy, resourcesOf } from "../reading.ts";

describe("a PeerAuthentication", () => {
  const cases: readonly (readonly [spec: string, gives: object, gaps: readonly string[]])[] = [
    ["{}\n", { mode: "UNSET", ports: [] }, []],
    ["mtls: {}\nselector: {}\n", { selector: {}, mode: "UNSET", ports: [] }, []],
    ["selector: {matchLabels: null}\n", { selector: {}, mode: "UNSET", ports: [] }, []],
    ["selector:\n", { mode: "UNSET", ports: [] }, []],
    [
      "selector: {matchLabels: {v: 1, on: yes, ok: 'yes'}}\n",
      { selector: { ok: "yes" }, mode: "UNSET", ports: [] },
      ["malformed /spec/selector/matchLabels/true", "malformed /spec/selector/matchLabels/v"],
    ],
    [
      "selector:\n  matchLabels:\n    app:\n",
      { selector: {}, mode: "UNSET", ports: [] },
      ["unfinished /spec/selector/matchLabels/app"],
    ],
    ["mtls: {mode: STRIKT}\n", { mode: "UNSET", ports: [] }, ["malformed /spec/mtls/mode"]],
    ["mtls: {mode: off}\n", { mode: "UNSET", ports: [] }, ["malformed /spec/mtls/mode"]],
    ["mtls: STRICT\n", { mode: "UNSET", ports: [] }, ["malformed /spec/mtls"]],
    [
      'portLevelMtls: {8080: {mode: DISABLE}, "9090": {}}\n',
      {
        mode: "UNSET",
        ports: [
          { port: 8080, mode: "DISABLE" },
          { port: 9090, mode: "UNSET" },
        ],
      },
      [],
    ],
    [
      "portLevelMtls: {http: {mode: DISABLE}, 0: {}, 70000: {}}\n",
      { mode: "UNSET", ports: [] },
      ["malformed /spec/portLevelMtls/0", "malformed /spec/portLevelMtls/70000", "malformed /spec/portLevelMtls/http"],
    ],
    [
      "portLevelMtls: {80: DISABLE}\n",
      { mode: "UNSET", ports: [{ port: 80, mode: "UNSET" }] },
      ["malformed /spec/portLevelMtls/80"],
    ],
  ];
  for (const [spec, gives, gaps] of cases) {
    it(`with ${JSON.stringify(spec)} says ${JSON.stringify(gives)}`, () => {
      const [object] = resourcesOf(spec === "{}\n" ? policy("").replace(/spec:\n$/, "spec: {}\n") : policy(spec));
      const { mode, ports, selector } = object as unknown as {
        mode: string;
        ports: readonly { port: number; mode: string }[];
        selector?: object;
      };
      assert.deepEqual(
        { ...(selector && { selector }), mode, ports: ports.map(({ port, mode }) => ({ port, mode })) },
        gives,
      );
      assert.deepEqual(gapsOf(object), gaps);
    });
  }

  it("says which word is wrong and which are right", () => {
    const [object] = resourcesOf(policy("mtls: {mode: strict}\n"));
    assert.equal(object?.gaps[0]?.says, "mode strict is not one of UNSET, DISABLE, PERMISSIVE, STRICT");
  });

  it("names the fields that the API server drops, with those that it knows", () => {
    const [object] = resourcesOf(
      policy("mtl: {}\nselector: {labels: {}}\nmtls: {Mode: STRICT}\nportLevelMtls: {80: {mod: x}}\n"),
    );
    assert.deepEqual(object?.unknownFields.map(({ pointer, known }) => `${pointer} ${known}`).sort(), [
      "/spec/mtl selector,mtls,portLevelMtls",
      "/spec/mtls/Mode mode",
      "/spec/portLevelMtls/80/mod mode",
      "/spec/selector/labels matchLabels",
    ]);
  });
});
