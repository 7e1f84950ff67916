/** What is understood of the arguments, and what is said where they are wrong. */
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { commandOf } from "../../src/cli/arguments.ts";

const HERE = resolve("/here");
const at = (path: string) => resolve(HERE, path);
const plain = { observed: [], format: "text", failOn: "breaks" };

describe("the arguments", () => {
  const understood: readonly (readonly [args: string, options: object])[] = [
    ["check a b/c", { ...plain, paths: [at("a"), at("b/c")] }],
    ["check -", { ...plain, paths: ["-"] }],
    ["check a --observed o.json", { ...plain, paths: [at("a")], observed: [at("o.json")] }],
    ["check a --observed -", { ...plain, paths: [at("a")], observed: ["-"] }],
    ["check a --base=../b", { ...plain, paths: [at("a")], base: at("../b") }],
    [
      "check a --change b c --format sarif d",
      { ...plain, paths: [at("a"), at("d")], change: [at("b"), at("c")], format: "sarif" },
    ],
    ["check a --change b --change c", { ...plain, paths: [at("a")], change: [at("b"), at("c")] }],
    ["check --change b --fail-on never a", { ...plain, paths: [at("a")], change: [at("b")], failOn: "never" }],
    ["check a -n shop", { ...plain, paths: [at("a")], namespace: "shop" }],
    ["explain web a --namespace shop", { workload: ["web"], paths: [at("a")], observed: [], namespace: "shop" }],
    ["mesh", {}],
    ["mesh --kubeconfig k --lab mutual-tls", { kubeconfig: at("k"), lab: "mutual-tls" }],
    ["explain web a", { workload: ["web"], paths: [at("a")], observed: [] }],
    ["explain Pod/shop/web:80 -", { workload: ["Pod", "shop", "web"], port: 80, paths: ["-"], observed: [] }],
  ];
  for (const [args, options] of understood) {
    it(`understand ${args}`, () => {
      const [name] = args.split(" ");
      // The command comes first, whatever stands behind it.
      assert.deepEqual(commandOf(args.split(" "), HERE), { name, options });
    });
  }

  const misused: readonly (readonly [args: string, says: RegExp])[] = [
    ["", /^No command\.$/],
    ["chekc", /^No command "chekc"\.$/],
    ["check", /^No PATH to check\.$/],
    ["check --change a b", /^No PATH before --change\.$/],
    ["check --strict .", /^Unknown option '--strict'/],
    ["check a --base b --change c", /^Name --base or --change, not both\.$/],
    ["check a --format yaml", /^--format "yaml" is unknown: name one of text, json, sarif, markdown\.$/],
    ["check a --fail-on toString", /^--fail-on "toString" is unknown: name one of breaks, unknown, never\.$/],
    ["check - --observed -", /^Standard input, -, can be read once\.$/],
    ["explain", /^No WORKLOAD to explain\.$/],
    ["explain web", /^No PATH in which web is to be explained\.$/],
    ["explain a/b/c/d .", /^"a\/b\/c\/d" is no WORKLOAD: /],
    ["explain web:http .", /^"web:http" is no WORKLOAD: /],
    ["explain web . --format json", /^explain takes no --format\.$/],
    ["mesh .", /^mesh takes no PATH: \.\.$/],
    ["mesh --lab nosuch", /^--lab "nosuch" is unknown: name one of mutual-tls, rollout-mtls\.$/],
    ["mesh --format json", /^mesh takes no --format\.$/],
    ["check a --kubeconfig k", /^check takes no --kubeconfig\.$/],
    ["explain web . --change a", /^explain takes no --change\.$/],
  ];
  for (const [args, says] of misused) {
    it(`say what is wrong with "${args}"`, () => {
      const command = commandOf(args === "" ? [] : args.split(" "), HERE);
      assert.ok(command.name === "misused");
      assert.match(command.says, says);
    });
  }

  it("ask for help before anything else", () => {
    assert.deepEqual(commandOf(["check", "--help"], HERE), { name: "help" });
    assert.deepEqual(commandOf(["-v"], HERE), { name: "version" });
  });
});
