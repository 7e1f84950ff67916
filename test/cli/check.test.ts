/** The command line as a person calls it: what it prints and how it ends. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const LAB = join(ROOT, "media/labs/mutual-tls/workspace");
const VERDICT =
  "strict-mtls.yaml:8  STRICT for customers-v1 · breaks web-frontend → customers:80 (3000), no sidecar" +
  " · CUSTOMER_SERVICE_URL web-frontend.yaml:26";

function lens(from: string, ...args: readonly string[]) {
  const run = spawnSync(process.execPath, [join(ROOT, "src/cli/main.ts"), ...args], {
    encoding: "utf8",
    env: { ...process.env, INIT_CWD: from },
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

describe("mtls-lens check", function () {
  this.timeout(10_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mtls-lens-cli-"));
    cpSync(LAB, join(folder, "lab"), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("names the caller that breaks and ends with 1", () => {
    const { code, out, err } = lens(folder, "check", "lab");
    assert.deepEqual({ code, err, line: out.split("\n")[0] }, { code: 1, err: "", line: VERDICT });
  });

  it("ends with 0 when nobody breaks", () => {
    const file = join(folder, "lab/strict-mtls.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("STRICT", "PERMISSIVE"));
    const { code, out, err } = lens(folder, "check", "lab");
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    assert.match(out, /^strict-mtls\.yaml:8 {2}PERMISSIVE for customers-v1/);
  });

  it("finds paths from the folder where the person stands", () => {
    assert.equal(lens(join(folder, "lab"), "check", ".").code, 1);
  });

  it("names a file with a syntax error, still tells all other verdicts, and ends with 2", () => {
    writeFileSync(join(folder, "lab/broken.yaml"), 'apiVersion: v1\nkind: Service\nmetadata: { name: "x }\n');
    const { code, out } = lens(folder, "check", "lab");
    assert.equal(code, 2);
    assert.match(out, /^broken\.yaml:\d+ {2}error MTLS010 /m);
    assert.ok(out.includes(VERDICT), out);
  });

  it("names a file that cannot be read and why, still tells all other verdicts, and ends with 2", () => {
    symlinkSync("circle.yaml", join(folder, "lab/circle.yaml"));
    const { code, out, err } = lens(folder, "check", "lab");
    assert.equal(code, 2);
    assert.equal(err, "lab/circle.yaml: its symbolic links lead in a circle. Repair the link.\n");
    assert.ok(out.includes(VERDICT), out);
  });

  it("names a path that is not there and ends with 2", () => {
    const { code, err } = lens(folder, "check", "nowhere", "lab");
    assert.deepEqual({ code, err }, { code: 2, err: "nowhere: there is no such file or folder. Check the path.\n" });
  });

  it("says when a folder holds no manifest and ends with 2", () => {
    const empty = mkdtempSync(join(folder, "empty"));
    const { code, err } = lens(empty, "check", ".");
    assert.equal(code, 2);
    assert.match(err, /^\.: no \.yaml or \.yml file in this folder\./);
  });

  const misuse: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [[], /^No command\.\n\nmtls-lens check PATH/],
    [["chekc"], /^No command "chekc"\.\n/],
    [["check"], /^No PATH to check\.\n/],
    [["check", "--strict", "."], /^Unknown option '--strict'/],
  ];
  for (const [args, says] of misuse) {
    it(`says what is wrong with "${args.join(" ")}", how it is used, and ends with 2`, () => {
      const { code, err } = lens(folder, ...args);
      assert.equal(code, 2);
      assert.match(err, says);
    });
  }

  it("tells its use and its version", () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    assert.match(lens(folder, "--help").out, /^mtls-lens check PATH/);
    assert.deepEqual(lens(folder, "--version"), { code: 0, out: `${version}\n`, err: "" });
  });
});
