/** Every code is described, has a page, is raised by its cases and by nothing that looks like them. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { type AnyCheck, CHECKS } from "../../src/mesh/findings/registry.ts";
import { CODES } from "../../src/view/problems/codes.ts";
import { problemsOf } from "../../src/view/problems/problems.ts";
import { type Case, caseInputs, findingCases } from "./cases.ts";

const PAGES = new URL("../../media/findings/", import.meta.url);
const CASES = findingCases();

function codesIn(each: Case, checks: readonly AnyCheck[] = CHECKS): readonly string[] {
  return caseInputs(each).flatMap((input) => problemsOf(input, checks).map(({ view }) => view.code));
}

function raisesItsCode(each: Case, checks: readonly AnyCheck[]): boolean {
  return codesIn(each, checks).includes(each.code);
}

describe("findings", () => {
  it("have codes of their own", () => {
    const codes = CODES.map(({ code }) => code);
    assert.deepEqual(codes, [...new Set(codes)]);
    for (const code of codes) assert.match(code, /^MTLS\d{3}$/);
  });

  it("are described in one sentence", () => {
    for (const { code, says } of CODES) assert.match(says, /^[A-Z].+\.$/, code);
  });

  it("have one page each, and no page is left over", () => {
    for (const { code } of CODES) assert.ok(existsSync(new URL(`${code}.md`, PAGES)), `no page for ${code}`);
    const pages = readdirSync(PAGES).map((name) => name.replace(/\.md$/, ""));
    assert.deepEqual(pages.toSorted(), CODES.map(({ code }) => code).toSorted());
  });

  it("can each be given a severity in the settings", () => {
    const { contributes } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    assert.deepEqual(
      contributes.configuration.properties["mtlsLens.severity"].propertyNames.enum,
      CODES.map(({ code }) => code),
    );
  });

  it("have cases that raise them and cases that only look so", () => {
    for (const { code } of CODES) {
      const own = CASES.filter((each) => each.code === code);
      assert.ok(
        own.some(({ raises }) => raises),
        `nothing raises ${code}`,
      );
      assert.ok(
        own.some(({ raises }) => !raises),
        `nothing looks like ${code}`,
      );
    }
    assert.deepEqual(
      CASES.filter(({ code }) => !CODES.some((each) => each.code === code)).map(({ name }) => name),
      [],
    );
  });

  for (const each of CASES) {
    it(`${each.code} ${each.name.replaceAll("-", " ")}`, () => {
      assert.equal(codesIn(each).includes(each.code), each.raises, `found ${codesIn(each).join(", ") || "nothing"}`);
    });
  }

  for (const check of CHECKS) {
    it(`only the cases of ${check.code} fail without its check`, () => {
      const others = CHECKS.filter((each) => each !== check);
      const missed = CASES.filter((each) => raisesItsCode(each, CHECKS) && !raisesItsCode(each, others));
      assert.deepEqual(
        missed.map(({ code, name }) => `${code} ${name}`),
        CASES.filter(({ code, raises }) => raises && code === check.code).map(({ code, name }) => `${code} ${name}`),
      );
    });
  }
});
