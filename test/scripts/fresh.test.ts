/** Whether the scripts work in a clone where nothing is installed yet, and from a folder inside it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/toolchain/project.mjs";
import { callNpm } from "./called.ts";

describe("a fresh clone", () => {
  let clone: string;

  before(() => {
    clone = mkdtempSync(join(tmpdir(), "mtls-lens-clone-"));
    const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
    for (const file of listed.toString().split("\0")) {
      if (file !== "" && existsSync(join(root, file))) cpSync(join(root, file), join(clone, file));
    }
  });
  after(() => rmSync(clone, { recursive: true, force: true }));

  it("installs what is missing and prints nothing on stdout but what the command line tool says", async () => {
    const call = () => callNpm(["run", "-s", "cli", "--", "check", "workspace"], join(clone, "media/labs/mutual-tls"));
    const first = call();
    const code = await first.ended;
    assert.match(first.output.stderr, /Installing packages \(npm ci\): done in/);
    assert.match(first.output.stdout, /STRICT for customers-v1 · breaks web-frontend/);
    const second = call();
    assert.equal(await second.ended, code);
    assert.equal(second.output.stdout, first.output.stdout);
    assert.doesNotMatch(second.output.stderr, /Installing/);
  });
});
