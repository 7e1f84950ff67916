/** The house rules that a program can see. Each is shown to find what it looks for in tidy/rules.test.ts. */
import assert from "node:assert/strict";
import { COMMANDS, SETTINGS, VIEWS } from "../src/ui/contributions.ts";
import * as contributions from "./tidy/contributions.ts";
import { forbiddenImports } from "./tidy/imports.ts";
import { deadLinks, machinePaths } from "./tidy/prose.ts";
import { impurities, PURE } from "./tidy/purity.ts";
import { crowdedFolders, emptyNames, leftOut, lengthOf, long, tooLong } from "./tidy/shape.ts";
import { keptPaths, read } from "./tidy/sources.ts";

const CODE = /^(src|scripts|test|webview)\/.*\.(ts|mjs|cjs)$/;
/** The rules' own tests quote what they look for. */
const QUOTES = "test/tidy/rules.test.ts";
const DATA = /^test\/(vectors|transcripts)\/data\/|^package-lock\.json$|\.(png|gz|ico)$/;

describe("tidy", () => {
  const kept = keptPaths();
  const code = kept.filter((path) => CODE.test(path));
  const sources = code.map(read);
  const product = sources.filter(({ path }) => path.startsWith("src/"));
  const tests = sources.filter(({ path }) => path.endsWith(".test.ts") && path !== QUOTES);

  it("has files to look at", () => {
    assert.ok(product.length > 20 && tests.length > 5 && kept.includes("package.json"));
  });

  it("imports follow the arrows", () => assert.deepEqual(product.flatMap(forbiddenImports), []));

  it("pure code is pure", () => {
    assert.deepEqual(product.filter(({ path }) => PURE.test(path)).flatMap(impurities), []);
  });

  it("no file is longer than 400 lines", () => {
    for (const source of sources.filter(long))
      console.log(`    asks for a reason: ${source.path} ${lengthOf(source)} lines`);
    assert.deepEqual(
      sources.filter(tooLong).map(({ path }) => path),
      [],
    );
  });

  it("no folder holds more than twelve files", () => assert.deepEqual(crowdedFolders(code), []));

  it("every name says what is in it", () => assert.deepEqual(emptyNames(code), []));

  it("no test is left out", () => assert.deepEqual(tests.flatMap(leftOut), []));

  it("package.json contributes what the code registers", () => {
    const { contributes }: { contributes: contributions.Contributes } = JSON.parse(read("package.json").text);
    const hidden = Object.entries(COMMANDS).flatMap(([id, where]) => (where === "hidden" ? [id] : []));
    const keys = contributions.contextKeysSet(product.map(({ text }) => text));
    assert.deepEqual(
      [
        ...contributions.differences("command", contributions.commandsOf(contributes), Object.keys(COMMANDS)),
        ...contributions.differences("hidden command", contributions.hiddenOf(contributes), hidden),
        ...contributions.differences("view", contributions.viewsOf(contributes), Object.values(VIEWS)),
        ...contributions.differences("setting", contributions.settingsOf(contributes), Object.keys(SETTINGS)),
        ...contributions.differences("context key", contributions.contextKeysOf(contributes), keys),
      ],
      [],
    );
  });

  it("links lead somewhere", () => {
    assert.deepEqual(
      kept.filter((path) => path.endsWith(".md")).flatMap((path) => deadLinks(read(path), kept)),
      [],
    );
  });

  it("no file names a place on somebody's machine", () => {
    assert.deepEqual(
      kept.filter((path) => !DATA.test(path) && path !== QUOTES).flatMap((path) => machinePaths(read(path))),
      [],
    );
  });
});
