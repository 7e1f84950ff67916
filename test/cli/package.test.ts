/** The npm package: `npm pack` makes it, and it runs where nothing else is. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { globSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { Folder, ROOT } from "./run.ts";

/** Without what an outer npm tells its script. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$/i.test(name)));

/** As Node 20 is, as far as the sources use what is younger. */
const OLDER = ["--import", "data:text/javascript,delete Map.groupBy; delete Set.prototype.difference;"];

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

  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [...OLDER, "package/dist/cli.cjs", ...args], { cwd: folder.path, encoding: "utf8" });

  it("holds the command line and nothing of the extension", () => {
    const files = globSync("package/**/*", { cwd: folder.path, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
    assert.deepEqual(files.toSorted(), ["CHANGELOG.md", "LICENSE", "README.md", "cli.cjs", "package.json"]);
  });

  it("runs in a folder of its own, on an older Node too", () => {
    const { status, stdout, stderr } = run("check", "lab");
    assert.deepEqual([status, stderr], [1, ""]);
    assert.match(stdout, /^lab\/strict-mtls\.yaml:8 {2}STRICT for customers-v1 · breaks web-frontend/);
    assert.match(run("explain", "customers-v1", "lab").stdout, /← decides/);
    assert.match(run("--version").stdout, /^\d+\.\d+\.\d+\n$/);
  });
});
