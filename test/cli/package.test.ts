/** The npm package: `npm pack` makes it, and it runs where nothing else is. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { globSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Folder, ROOT } from "./run.ts";

/** Without what an outer npm tells its script. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$/i.test(name)));

/** Without the programs of packages, among which is the Node that runs this. */
const PATH = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
const system = { ...env, PATH: PATH.join(delimiter) };

/** What Node 20 lacks of the language. */
const YOUNGER = {
  "Set.prototype": "union intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom",
  "Iterator.prototype": "map filter flatMap some every find reduce forEach toArray take drop",
  Map: "groupBy",
  Object: "groupBy",
  Array: "fromAsync",
  Promise: "withResolvers try",
  RegExp: "escape",
};

const WITHOUT = Object.entries(YOUNGER).flatMap(([of, names]) =>
  names.split(" ").map((name) => `delete ${of}.${name};`),
);

/** This Node as if it were older, and the one of the system where that is older indeed. */
const NODES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  "a Node without what Node 20 lacks": [process.execPath, "--import", `data:text/javascript,${WITHOUT.join("")}`],
  ...(/^v2[01]\./.test(systemNode()) ? { [`the system's Node ${systemNode()}`]: ["node"] } : {}),
};

function systemNode(): string {
  return spawnSync("node", ["--version"], { encoding: "utf8", env: system }).stdout?.trim() ?? "";
}

/** Of two rules for one host each is compared with the other. */
const TWICE = ["first", "second"].map(
  (name) => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}, namespace: default}
spec: {host: customers.default.svc.cluster.local, exportTo: [default]}
`,
);

describe("the npm package", function () {
  this.timeout(60_000);
  let folder: Folder;
  before(() => {
    folder = new Folder();
    const packed = join(folder.path, "packed");
    mkdirSync(packed);
    // The one program that is a script on Windows.
    execFileSync("npm", ["pack", "--silent", "--pack-destination", packed], {
      cwd: ROOT,
      env,
      shell: process.platform === "win32",
      stdio: ["ignore", "ignore", "pipe"],
    });
    const [tarball = ""] = globSync("mtls-lens-*.tgz", { cwd: packed });
    execFileSync("tar", ["-xzf", join(packed, tarball), "-C", folder.path]);
  });
  after(() => folder.remove());

  it("holds the command line and nothing of the extension", () => {
    const files = globSync("package/**/*", { cwd: folder.path, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
    assert.deepEqual(files.toSorted(), ["CHANGELOG.md", "LICENSE", "README.md", "cli.cjs", "package.json"]);
  });

  for (const [what, [node, ...options]] of Object.entries(NODES)) {
    it(`runs in a folder of its own, on ${what}`, () => {
      folder.write("lab/twice.yaml", TWICE.join("---\n"));
      const run = (...args: readonly string[]) =>
        spawnSync(node, [...options, "package/dist/cli.cjs", ...args], {
          cwd: folder.path,
          encoding: "utf8",
          env: system,
        });
      const { status, stdout, stderr } = run("check", "lab");
      assert.deepEqual([status, stderr], [1, ""]);
      assert.match(stdout, /^lab\/strict-mtls\.yaml:8 {2}STRICT for customers-v1 · breaks web-frontend/);
      assert.match(run("explain", "customers-v1", "lab").stdout, /← decides/);
      assert.match(run("--version").stdout, /^\d+\.\d+\.\d+\n$/);
    });
  }
});
