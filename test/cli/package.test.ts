/** The npm package: `npm pack` makes it, and it runs where nothing else is. */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
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

const OLDER = ["--import", `data:text/javascript,${WITHOUT.join("")}`];

/** This Node as if it were older, and the one of the system where that is older indeed. */
const NODES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  "a Node without what Node 20 lacks": [process.execPath, ...OLDER],
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

  it("holds the command line, the embedded mesh, and the labs; nothing of the extension", () => {
    const files = globSync("package/**/*", { cwd: folder.path, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(join(folder.path, "package"), join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
    assert.deepEqual(files.filter((file) => !file.startsWith("media/labs/")).toSorted(), [
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "dist/cli.cjs",
      "dist/embedded.worker.cjs",
      "package.json",
    ]);
    for (const file of ["mutual-tls/workspace/gateway.yaml", "rollout-mtls/workspace/labs/06/audit-web-api.yaml"])
      assert.ok(files.includes(`media/labs/${file}`), file);
  });

  it("runs the embedded mesh with the files of a lab at hand, and leaves nothing at the end", async () => {
    const args = [...OLDER, "package/dist/cli.cjs", "mesh", "--lab", "mutual-tls"];
    const child = spawn(process.execPath, args, { cwd: folder.path, stdio: ["ignore", "pipe", "inherit"] });
    let says = "";
    for await (const text of child.stdout.setEncoding("utf8")) {
      says += text;
      if (says.includes("Ctrl+C")) child.kill("SIGINT");
    }
    const [, lab = ""] = /^ {2}cd (.*)$/m.exec(says) ?? [];
    assert.ok(existsSync(join(lab, "gateway.yaml")), says);
    const [, kubeconfig = ""] = /KUBECONFIG=(.*)$/m.exec(says) ?? [];
    if (child.exitCode === null) await once(child, "exit");
    assert.deepEqual([child.exitCode, kubeconfig !== "" && existsSync(kubeconfig)], [0, false]);
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
