/** `check` of a change: what breaks with it and did not before. */
import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Folder } from "./run.ts";

const BREAKS =
  "lab/strict-mtls.yaml:8  breaks web-frontend → customers:80 (3000), no sidecar · CUSTOMER_SERVICE_URL lab/web-frontend.yaml:26\n" +
  "This change breaks 1 caller\n";
const NOTHING = "This change breaks no known caller · from files and observed pods\n";

const CALLER = `
apiVersion: v1
kind: Pod
metadata: { name: scanner, namespace: default, labels: { sidecar.istio.io/inject: "false" } }
spec: { containers: [{ name: scanner, image: example/scanner, args: ["http://customers.default.svc.cluster.local"] }] }
`;

describe("a change", function () {
  this.timeout(10_000);
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
    cpSync(join(folder.path, "lab"), join(folder.path, "old"), { recursive: true });
  });
  afterEach(() => folder.remove());

  const remove = (file: string) => rmSync(join(folder.path, file));
  const read = (file: string) => readFileSync(join(folder.path, file), "utf8");

  describe("from --base", () => {
    it("breaks the caller that worked before, and not one that broke already", () => {
      assert.deepEqual(folder.run(["check", "lab", "--base", "old"]), { code: 0, out: NOTHING, err: "" });
      remove("old/strict-mtls.yaml");
      assert.deepEqual(folder.run(["check", "lab", "--base", "old"]), { code: 1, out: BREAKS, err: "" });
    });

    it("breaks a caller that is new", () => {
      folder.write("lab/scanner.yaml", CALLER);
      const { code, out } = folder.run(["check", "lab", "--base", "old"]);
      assert.equal(code, 1);
      assert.match(
        out,
        /^lab\/strict-mtls\.yaml:8 {2}breaks scanner → customers:80 \(3000\), no sidecar · new caller · /,
      );
    });

    it("breaks a caller by what it takes away", () => {
      const exception =
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: open, namespace: default }\n" +
        "spec: { selector: { matchLabels: { app: customers } }, portLevelMtls: { 3000: { mode: PERMISSIVE } } }\n";
      folder.write("old/open.yaml", exception);
      assert.equal(folder.run(["check", "lab", "--base", "old"]).out, BREAKS);
    });

    it("is not called harmless to callers that are unknown, which ends with 1 where that is asked for", () => {
      remove("old/strict-mtls.yaml");
      for (const state of ["old", "lab"]) remove(`${state}/observed.yaml`);
      const args = ["check", "lab", "--base", "old"];
      const { code, out } = folder.run(args);
      assert.equal(code, 0);
      assert.match(out, /^2 callers unknown: the labels of namespace default are not in these files\n/);
      assert.match(out, /\nThis change breaks no known caller · 2 unknown · from files only\n$/);
      assert.equal(folder.run([...args, "--fail-on", "unknown"]).code, 1);
    });

    it("tells findings that are new, wherever their lines went", () => {
      folder.write("lab/web-frontend.yaml", `# moved\n\n${read("lab/web-frontend.yaml")}`);
      folder.write("lab/doubled.yaml", "apiVersion: v1\nkind: Service\nkind: Service\nmetadata: { name: twice }\n");
      const { out } = folder.run(["check", "lab", "--base", "old", "--format", "json"]);
      const told = JSON.parse(out).findings.map(({ file, code }: { file: string; code: string }) => `${file} ${code}`);
      assert.deepEqual(told, ["lab/doubled.yaml MTLS011"]);
    });

    it("of several paths finds each below the base under its name here", () => {
      folder.write("policies/strict.yaml", read("lab/strict-mtls.yaml"));
      remove("lab/strict-mtls.yaml");
      cpSync(join(folder.path, "lab"), join(folder.path, "before/lab"), { recursive: true });
      const { code, out } = folder.run(["check", "lab", "policies", "--base", "before"]);
      assert.deepEqual([code, out], [1, BREAKS.replace("lab/strict-mtls", "policies/strict")]);
      cpSync(join(folder.path, "policies"), join(folder.path, "before/policies"), { recursive: true });
      assert.equal(folder.run(["check", "lab", "policies", "--base", "before"]).out, NOTHING);
    });

    it("is no worse for an error in the state before, which it repairs", () => {
      folder.write("old/vs-customers-gateway.yaml", "kind: [\n");
      assert.deepEqual(folder.run(["check", "lab", "--base", "old"]).code, 0);
    });
  });

  describe("of --change", () => {
    it("lays files over the others", () => {
      folder.write("new/strict.yaml", read("lab/strict-mtls.yaml"));
      folder.write("lab/strict-mtls.yaml", read("lab/strict-mtls.yaml").replace("STRICT", "PERMISSIVE"));
      const { code, out } = folder.run(["check", "lab", "--change", "new"]);
      assert.deepEqual([code, out], [1, BREAKS.replace("lab/strict-mtls", "new/strict")]);
    });

    it("takes files that lie among the others out of the state before", () => {
      assert.equal(folder.run(["check", "lab", "--change", "lab/strict-mtls.yaml"]).out, BREAKS);
    });

    it("takes as many files as a shell expands, up to the next option", () => {
      folder.write("new/a.yaml", read("lab/strict-mtls.yaml"));
      folder.write("new/b.yaml", CALLER);
      remove("lab/strict-mtls.yaml");
      const { out } = folder.run([
        "check",
        "--fail-on",
        "never",
        "lab",
        "--change",
        "new/a.yaml",
        "new/b.yaml",
        "--format",
        "text",
      ]);
      assert.match(out, /\nThis change breaks 2 callers\n$/);
    });

    it("can repair what broke", () => {
      folder.write("new/strict.yaml", read("lab/strict-mtls.yaml").replace("STRICT", "PERMISSIVE"));
      assert.deepEqual(folder.run(["check", "lab", "--change", "new/strict.yaml"]), { code: 0, out: NOTHING, err: "" });
    });

    it("keeps the age that the cluster tells of a policy", () => {
      const created = (name: string, at: string, mode: string) =>
        `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: ${name}, namespace: default, creationTimestamp: "${at}" }\nspec: { mtls: { mode: ${mode} } }\n`;
      folder.write(
        "seen.yaml",
        `${read("lab/observed.yaml")}---\n${created("first", "2026-01-01T00:00:00Z", "PERMISSIVE")}---\n${created("second", "2026-02-01T00:00:00Z", "PERMISSIVE")}`,
      );
      remove("lab/observed.yaml");
      remove("lab/strict-mtls.yaml");
      const strict = (name: string) => created(name, "", "STRICT").replace(', creationTimestamp: ""', "");
      folder.write("new/first.yaml", strict("first"));
      folder.write("new/second.yaml", strict("second"));
      const args = ["check", "lab", "--observed", "seen.yaml", "--change"];
      assert.match(folder.run([...args, "new/first.yaml"]).out, /This change breaks 1 caller\n$/);
      assert.equal(folder.run([...args, "new/second.yaml"]).out, NOTHING);
    });
  });
});
