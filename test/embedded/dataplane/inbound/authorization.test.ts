import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { AuthorizationRules, Condition } from "../../../../src/embedded/dataplane/config.ts";
import { authorize } from "../../../../src/embedded/dataplane/inbound/authorization.ts";

const REQUEST: Readonly<Record<string, string>> = {
  "source.principal": "cluster.local/ns/shop/sa/cart",
  "source.namespace": "shop",
  "source.ip": "10.66.1.20",
  "destination.port": "8080",
  "request.method": "GET",
  "request.path": "/orders/7/items",
  "request.host": "Web.shop",
  "request.headers[x-role]": "admin",
};
const PLAINTEXT = Object.fromEntries(Object.entries(REQUEST).filter(([key]) => !/principal|namespace/.test(key)));
const TCP = Object.fromEntries(Object.entries(REQUEST).filter(([key]) => !key.startsWith("request.")));

const is = (key: string, ...values: readonly string[]): Condition => ({ key, values, notValues: [] });
const not = (key: string, ...notValues: readonly string[]): Condition => ({ key, values: [], notValues });
const policy = (
  action: AuthorizationRules["action"],
  ...rules: readonly Partial<AuthorizationRules["rules"][number]>[]
): AuthorizationRules => ({
  name: "p",
  namespace: "shop",
  action,
  rules: rules.map((rule) => ({ from: [], to: [], when: [], ...rule })),
});

const CONDITIONS: readonly [string, Condition, Readonly<Record<string, string>>, boolean][] = [
  ["a principal", is("source.principal", "cluster.local/ns/shop/sa/cart"), REQUEST, true],
  ["another principal", is("source.principal", "cluster.local/ns/shop/sa/web"), REQUEST, false],
  ["any principal", is("source.principal", "*"), REQUEST, true],
  ["any principal, of plaintext", is("source.principal", "*"), PLAINTEXT, false],
  ["a principal's prefix", is("source.principal", "cluster.local/ns/shop/*"), REQUEST, true],
  ["a principal's suffix", is("source.principal", "*/sa/cart"), REQUEST, true],
  ["one of two namespaces", is("source.namespace", "other", "shop"), REQUEST, true],
  ["not the namespace", not("source.namespace", "shop"), REQUEST, false],
  ["not the namespace, of plaintext", not("source.namespace", "shop"), PLAINTEXT, true],
  ["an address", is("source.ip", "10.66.1.20"), REQUEST, true],
  ["a range", is("source.ip", "10.66.0.0/16"), REQUEST, true],
  ["another range", is("source.ip", "10.67.0.0/16"), REQUEST, false],
  ["all addresses", is("source.ip", "0.0.0.0/0"), REQUEST, true],
  ["a port", is("destination.port", "8080"), REQUEST, true],
  ["a method", is("request.method", "POST", "GET"), REQUEST, true],
  ["not a method", not("request.method", "GET"), REQUEST, false],
  ["a path's prefix", is("request.path", "/orders/*"), REQUEST, true],
  ["one part of a path", is("request.path", "/orders/{*}/items"), REQUEST, true],
  ["one part of a path where two stand", is("request.path", "/{*}/items"), REQUEST, false],
  ["any parts of a path", is("request.path", "/{**}/items"), REQUEST, true],
  ["a host in any case", is("request.host", "web.SHOP"), REQUEST, true],
  ["a header", is("request.headers[x-role]", "admin"), REQUEST, true],
  ["a header that is absent", is("request.headers[x-other]", "*"), REQUEST, false],
];

describe("authorization", () => {
  const allows = (
    policies: readonly AuthorizationRules[],
    of: Readonly<Record<string, string>>,
    protocol: "http" | "tcp",
  ) => authorize(policies, (key) => of[key], protocol).allowed;

  for (const [what, condition, request, expected] of CONDITIONS) {
    it(`by ${what}: ${expected}`, () => {
      assert.equal(allows([policy("ALLOW", { when: [condition] })], request, "http"), expected);
      assert.equal(allows([policy("DENY", { from: [[condition]] })], request, "http"), !expected);
    });
  }

  const yes = is("destination.port", "8080");
  const no = is("destination.port", "1");
  const table: readonly [string, readonly AuthorizationRules[], boolean][] = [
    ["no policy allows", [], true],
    ["an ALLOW without rules denies all", [policy("ALLOW")], false],
    ["an empty rule allows all", [policy("ALLOW", {})], true],
    ["an empty rule denies all", [policy("DENY", {})], false],
    ["a DENY without rules denies nothing", [policy("DENY")], true],
    ["DENY wins over ALLOW", [policy("ALLOW", {}), policy("DENY", {})], false],
    ["one of two ALLOW policies is enough", [policy("ALLOW", { when: [no] }), policy("ALLOW", { when: [yes] })], true],
    ["one of two rules is enough", [policy("ALLOW", { when: [no] }, { when: [yes] })], true],
    ["one of two sources is enough", [policy("ALLOW", { from: [[no], [yes]] })], true],
    ["all conditions of a source must hold", [policy("ALLOW", { from: [[no, yes]] })], false],
    ["source and operation must both hold", [policy("ALLOW", { from: [[yes]], to: [[no]] })], false],
    ["AUDIT decides nothing", [policy("AUDIT", {})], true],
    ["CUSTOM decides nothing", [policy("CUSTOM", {})], true],
  ];
  for (const [claim, policies, expected] of table) {
    it(claim, () => assert.equal(allows(policies, REQUEST, "http"), expected));
  }

  it("on a TCP port lets no rule allow that asks for HTTP, not even by what it excludes", () => {
    assert.equal(allows([policy("ALLOW", { to: [[is("request.method", "GET")]] })], TCP, "tcp"), false);
    assert.equal(allows([policy("ALLOW", { to: [[not("request.method", "POST")]] })], TCP, "tcp"), false);
    assert.equal(allows([policy("ALLOW", { to: [[yes]] })], TCP, "tcp"), true);
  });

  it("on a TCP port denies without regard to what a rule asks of HTTP", () => {
    assert.equal(allows([policy("DENY", { to: [[yes, is("request.method", "GET")]] })], TCP, "tcp"), false);
    assert.equal(allows([policy("DENY", { to: [[no, is("request.method", "GET")]] })], TCP, "tcp"), true);
  });

  it("names the policy and the rule that decided", () => {
    const verdict = authorize([policy("DENY", { when: [no] }, { when: [yes] })], (key) => REQUEST[key], "http");
    assert.equal(verdict.matched, "ns[shop]-policy[p]-rule[1]");
  });
});
