/** Each rule of tidiness finds what it is there to find, and lets the rest pass. */
import assert from "node:assert/strict";
import { commandsOf, contextKeysOf, contextKeysSet, differences, hiddenOf, settingsOf } from "./contributions.ts";
import { forbiddenImports } from "./imports.ts";
import { deadLinks, machinePaths } from "./prose.ts";
import { impurities } from "./purity.ts";
import { crowdedFolders, emptyNames, leftOut, lengthOf, long, tooLong } from "./shape.ts";
import { codeOf } from "./sources.ts";

const importing = (path: string, ...imports: string[]) => forbiddenImports({ path, text: `${imports.join("\n")}\n` });

describe("the rule about imports", () => {
  const forbidden: readonly (readonly [string, string, string])[] = [
    ["a rule that reads YAML", "src/mesh/mesh.ts", 'import { parse } from "yaml";'],
    ["a rule that reads manifests", "src/mesh/verdict/verdict.ts", 'import { x } from "../../manifest/manifest.ts";'],
    ["a view that reads files", "src/view/lens.ts", 'import { readFileSync } from "node:fs";'],
    ["the protocol with code of the rules", "src/protocol/graph.ts", 'import { x } from "../mesh/mesh.ts";'],
    ["a worker in another worker's folder", "src/analysis/worker.ts", 'import { x } from "../cluster/reflector.ts";'],
    ["the rules in the extension host", "src/ui/lenses.ts", 'import { x } from "../mesh/mesh.ts";'],
    ["the editor outside of ui", "src/view/lens.ts", 'import type { Uri } from "vscode";'],
    ["features in the stub's other folders", "src/extension.ts", 'import { x } from "./view/lens.ts";'],
    ["a proxy that asks the rules", "src/embedded/dataplane/proxy.ts", 'import { x } from "../../mesh/mesh.ts";'],
    ["an import that is called", "src/mesh/mesh.ts", 'const x = await import("../view/lens.ts");'],
    ["an import that is required", "src/view/lens.ts", 'const x = require("../ui/lens.ts");'],
    ["an import over several lines", "src/mesh/mesh.ts", 'import {\n  a,\n  b,\n} from "../manifest/manifest.ts";'],
    ["an import without names", "src/mesh/mesh.ts", 'import "../view/lens.ts";'],
    ["an export from elsewhere", "src/mesh/mesh.ts", 'export { x } from "../view/lens.ts";'],
    ["a test in the product", "src/mesh/mesh.ts", 'import { x } from "../../test/tidy/sources.ts";'],
  ];
  for (const [what, path, statement] of forbidden) {
    it(`refuses ${what}`, () => assert.equal(importing(path, statement).length, 1));
  }

  const allowed: readonly (readonly [string, string, string])[] = [
    ["a file of the same folder", "src/mesh/server/mode.ts", 'import { x } from "../mesh.ts";'],
    ["the rules in a view", "src/view/lens.ts", 'import { x } from "../mesh/mesh.ts";'],
    ["types of the rules in the protocol", "src/protocol/a.ts", 'import type { Mesh } from "../mesh/mesh.ts";'],
    ["types of the rules in the editor", "src/ui/a.ts", 'import { type Mesh } from "../mesh/mesh.ts";'],
    [
      "the control plane that asks the rules",
      "src/embedded/controlplane/a.ts",
      'import { x } from "../../mesh/mesh.ts";',
    ],
    ["traffic through the cluster", "src/traffic/loop.ts", 'import { x } from "../cluster/exec.ts";'],
  ];
  for (const [what, path, statement] of allowed) {
    it(`lets pass ${what}`, () => assert.deepEqual(importing(path, statement), []));
  }
});

describe("the rule about pure code", () => {
  const found = (text: string) => impurities({ path: "src/mesh/a.ts", text }).length;

  for (const line of [
    "new Date()",
    "Date.now()",
    "Math.random()",
    "console.log(1)",
    'throw new Error("x")',
    "throw error;",
    "setTimeout(f, 1)",
    "process.env",
    "performance.now()",
  ]) {
    it(`finds ${line}`, () => assert.equal(found(`const a = 1;\n${line}\n`), 1));
  }
  it("does not look into strings and comments", () => {
    assert.equal(found('const a = "throw away, new Date()"; // console.log\n/* Math.random\n throw x */\n'), 0);
    assert.equal(codeOf('a("//b"); // c\n/* d\n*/ e'), 'a(""); \n\n e');
  });
});

describe("the rules about shape", () => {
  const lines = (count: number) => ({ path: "src/a.ts", text: "x\n".repeat(count) });

  it("count lines", () => assert.equal(lengthOf(lines(7)), 7));
  it("refuse 401 lines and not 400", () => {
    assert.equal(tooLong(lines(401)), true);
    assert.equal(tooLong(lines(400)), false);
  });
  it("name a file of 301 lines and not one of 300", () => {
    assert.equal(long(lines(301)), true);
    assert.equal(long(lines(300)), false);
  });
  it("refuse the thirteenth file of a folder", () => {
    const files = (count: number) => Array.from({ length: count }, (_, index) => `src/mesh/file${index}.ts`);
    assert.deepEqual(crowdedFolders([...files(13), ...files(2).map((path) => `test/${path}`)]), [
      "src/mesh holds 13 files",
    ]);
    assert.deepEqual(crowdedFolders(files(12)), []);
  });
  it("refuse names that say nothing", () => {
    const bad = ["src/utils/a.ts", "src/mesh/common.ts", "src/mesh/yaml-helpers.ts", "src/Types.ts"];
    assert.deepEqual(emptyNames([...bad, "src/mesh/commonest.ts", "src/mesh/mode.ts"]), bad);
  });
  for (const call of ["describe.only(", "it.skip(", "context.only(", "xit(", "this.skip("]) {
    it(`find ${call.slice(0, -1)}`, () => assert.equal(leftOut({ path: "a", text: `  ${call}"x")` }).length, 1));
  }
  it("let pass what is only named so", () =>
    assert.deepEqual(leftOut({ path: "a", text: "reader.skip(3); exit(1)" }), []));
});

describe("the rules about contributions", () => {
  const contributes = {
    commands: [{ command: "mtlsLens.a" }, { command: "mtlsLens.b" }],
    menus: {
      commandPalette: [{ command: "mtlsLens.b", when: "false" }],
      "view/title": [{ command: "mtlsLens.a", when: "view == x && mtlsLens.open && config.mtlsLens.c" }],
    },
    configuration: { properties: { "mtlsLens.c": {} } },
  };

  it("read commands, hidden ones, settings and context keys", () => {
    assert.deepEqual(commandsOf(contributes), ["mtlsLens.a", "mtlsLens.b"]);
    assert.deepEqual(hiddenOf(contributes), ["mtlsLens.b"]);
    assert.deepEqual(settingsOf(contributes), ["mtlsLens.c"]);
    assert.deepEqual(contextKeysOf(contributes), ["mtlsLens.open"]);
    assert.deepEqual(contextKeysSet(['run("setContext", "mtlsLens.open", true)']), ["mtlsLens.open"]);
  });
  it("name what is only on one side", () => {
    assert.deepEqual(differences("command", ["a", "b"], ["b", "c"]), [
      "command a is only in package.json",
      "command c is only in the code",
    ]);
  });
});

describe("the rules about prose", () => {
  const page = (text: string) => ({ path: "docs/page.md", text });

  it("find links that lead nowhere", () => {
    assert.deepEqual(deadLinks(page('[a](gone.md) ![b](../media/c.png) <img src="d.png">'), ["media/c.png"]), [
      "docs/page.md links to gone.md",
      "docs/page.md links to d.png",
    ]);
  });
  it("let pass links to kept files, folders, sections and the web", () => {
    const text = "[a](b.md#c) [d](../src) [e](#f) [g](https://istio.io/x)";
    assert.deepEqual(deadLinks(page(text), ["docs/b.md", "src/mesh/mesh.ts"]), []);
  });
  for (const path of ["/home/", "/root/", "/work/", "/Users/", "/tmp/"]) {
    it(`find a path in ${path}`, () => {
      assert.equal(machinePaths(page(`see ${path}me/project`)).length, 1);
      assert.deepEqual(machinePaths(page(`see https://a.b${path}me`)), []);
    });
  }
});
