/** Whether `npm run test:vscode` fails, and says what to do, where it cannot know that the tests have passed. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/toolchain/project.mjs";
import { callNpm } from "./called.ts";

describe("npm run test:vscode", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mtls-lens-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const result = async (env: NodeJS.ProcessEnv) => {
    const { ended, output } = callNpm(["run", "-s", "test:vscode"], root, env);
    return { code: await ended, last: output.stdout.trim().split("\n").at(-1) ?? "", ...output };
  };

  it("fails and says how to get a VS Code where none can be had", async () => {
    writeFileSync(join(folder, "file"), "");
    const { code, last, stderr } = await result({
      DISPLAY: "",
      WAYLAND_DISPLAY: "",
      MTLS_LENS_CACHE: join(folder, "file"),
    });
    assert.equal(code, 1);
    assert.match(last, /^0 passed, [1-9]\d* failed$/);
    assert.match(stderr, /install VS Code and name its program in MTLS_LENS_VSCODE/);
  });

  it("does not believe a VS Code that ends with 0 before the tests have settled", async () => {
    const program = join(folder, "code");
    writeFileSync(program, "#!/bin/sh\nexit 0\n");
    chmodSync(program, 0o755);
    const { code, last, stderr } = await result({ MTLS_LENS_VSCODE: program });
    assert.equal(code, 1);
    assert.match(last, /^0 passed, [1-9]\d* failed$/);
    assert.match(stderr, /ended with 0 before all of its tests had settled/);
  });
});
