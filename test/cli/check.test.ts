/** `check` as a person calls it: what it prints of files as they are, and how it ends. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Report } from "../../src/cli/report/report.ts";
import { Folder, PROGRAM, ROOT } from "./run.ts";

const VERDICT =
  "lab/strict-mtls.yaml:8  STRICT for customers-v1 · breaks web-frontend → customers:80 (3000), no sidecar" +
  " · CUSTOMER_SERVICE_URL lab/web-frontend.yaml:26";

describe("mtls-lens check", function () {
  this.timeout(10_000);
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  const file = (name: string) => join(folder.path, "lab", name);
  const edit = (name: string, from: string, to: string) => {
    const text = readFileSync(file(name), "utf8");
    assert.ok(text.includes(from));
    folder.write(`lab/${name}`, text.replace(from, to));
  };

  it("names the caller that breaks, then the sum, and ends with 1", () => {
    assert.deepEqual(folder.run(["check", "lab"]), { code: 1, err: "", out: `${VERDICT}\n1 caller breaks\n` });
  });

  it("ends with 0 when nobody breaks, and says what that rests on", () => {
    edit("strict-mtls.yaml", "STRICT", "PERMISSIVE");
    const { code, out, err } = folder.run(["check", "lab"]);
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    assert.match(out, /^lab\/strict-mtls\.yaml:8 {2}PERMISSIVE for customers-v1/);
    assert.match(out, /\nNo known caller breaks · from files and observed pods\n$/);
  });

  it("names files from where the person stands", () => {
    folder.write("elsewhere/note.txt", "");
    assert.ok(folder.run(["check", "."], { from: "lab" }).out.startsWith(VERDICT.slice("lab/".length, 40)));
    assert.ok(folder.run(["check", "../lab"], { from: "elsewhere" }).out.startsWith(`../${VERDICT.slice(0, 40)}`));
  });

  it("reads standard input where a path is -", () => {
    const input = readFileSync(file("strict-mtls.yaml"), "utf8");
    rmSync(file("strict-mtls.yaml"));
    const { code, out } = folder.run(["check", "-", "lab"], { input });
    assert.equal(code, 1);
    assert.equal(out.split("\n")[0], VERDICT.replace("lab/strict-mtls.yaml", "stdin"));
  });

  it("give objects that name none the namespace of --namespace", () => {
    const rendered = [
      "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}",
      "{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: default}, spec: {mtls: {mode: STRICT}}}",
    ].join("\n---\n");
    const first = (...more: readonly string[]) => {
      const { out } = folder.run(["check", "-", "--format", "json", ...more], { input: rendered });
      const { policies } = JSON.parse(out) as { readonly policies: readonly { policy: { namespace: string } }[] };
      return policies.map(({ policy }) => policy.namespace);
    };
    assert.deepEqual(first(), ["default"]);
    assert.deepEqual(first("-n", "shop"), ["shop"]);
  });

  describe("with --observed", () => {
    it("counts what kubectl printed instead of predictions, as YAML", () => {
      folder.write("seen.txt", readFileSync(file("observed.yaml"), "utf8"));
      rmSync(file("observed.yaml"));
      assert.equal(folder.run(["check", "lab"]).code, 0);
      assert.equal(folder.run(["check", "lab", "--observed", "seen.txt"]).out.split("\n")[0], VERDICT);
    });

    it("counts it as JSON, from standard input", () => {
      rmSync(file("observed.yaml"));
      const pod = (name: string, ...containers: readonly string[]) => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name: `${name}-5d9c-x2x4`,
          namespace: "default",
          labels: { app: name, version: "v1", "pod-template-hash": "5d9c" },
          creationTimestamp: "2026-01-01T00:00:00Z",
          ownerReferences: [{ kind: "ReplicaSet", name: `${name}-5d9c` }],
        },
        spec: { containers: containers.map((container) => ({ name: container, image: "example/app" })) },
        status: { phase: "Running", podIP: "10.0.0.1" },
      });
      const list = {
        apiVersion: "v1",
        kind: "List",
        items: [pod("customers", "svc", "istio-proxy"), pod("web-frontend", "web")],
      };
      const { code, out } = folder.run(["check", "lab", "--observed", "-"], {
        input: JSON.stringify(list, undefined, 4),
      });
      assert.equal(code, 1, out);
      assert.match(out, /breaks web-frontend → customers:80/);
    });

    it("reads what a shell puts in the place of a file", () => {
      folder.write("seen.txt", readFileSync(file("observed.yaml"), "utf8"));
      rmSync(file("observed.yaml"));
      const script = `"$0" "$1" check lab --observed <(cat seen.txt); "$0" "$1" check <(false) lab`;
      const ran = spawnSync("bash", ["-c", script, process.execPath, PROGRAM], { cwd: folder.path, encoding: "utf8" });
      assert.equal(ran.stdout.split("\n")[0], VERDICT);
      assert.match(ran.stderr, /^\S+: no Kubernetes object is in there\./);
    });

    for (const place of ["seen.yaml", "lab/seen.yaml"]) {
      it(`reports no problem of the recording itself, in ${place}`, () => {
        const strict =
          "- apiVersion: security.istio.io/v1\n  kind: PeerAuthentication\n  metadata: { name: live, namespace: default }\n  spec: { mtls: { mode: STRICT } }\n";
        folder.write(place, readFileSync(file("observed.yaml"), "utf8").replace(/^kind: List/m, `${strict}kind: List`));
        rmSync(file("observed.yaml"));
        rmSync(file("strict-mtls.yaml"));
        const { code, out } = folder.run(["check", "lab", "--observed", place, "--format", "json"]);
        assert.equal(code, 1, "a policy of the cluster breaks a caller of the files");
        const { findings, policies, counts }: Report = JSON.parse(out);
        assert.deepEqual([policies, counts.files], [[], 5]);
        const files = findings.map((finding) => finding.file);
        assert.ok(files.includes("lab/web-frontend.yaml") && !files.includes(place), files.join());
      });
    }
  });

  describe("with --fail-on", () => {
    const cases: readonly (readonly [what: string, breaks: number, unknown: number, works: number])[] = [
      ["breaks", 1, 0, 0],
      ["unknown", 1, 1, 0],
      ["never", 0, 0, 0],
    ];
    for (const [what, breaks, unknown, works] of cases) {
      it(`${what} ends with ${breaks} where a caller breaks, ${unknown} where one is unknown, ${works} where all work`, () => {
        const code = () => folder.run(["check", "lab", "--fail-on", what]).code;
        const codes = [code()];
        rmSync(file("observed.yaml"));
        codes.push(code());
        edit("strict-mtls.yaml", "STRICT", "PERMISSIVE");
        folder.write(
          "lab/namespace.yaml",
          "apiVersion: v1\nkind: Namespace\nmetadata: { name: default, labels: { istio-injection: enabled } }\n",
        );
        codes.push(code());
        assert.deepEqual(codes, [breaks, unknown, works]);
      });
    }
  });

  it("accepts a break for which a comment gives the reason", () => {
    edit("strict-mtls.yaml", "mode: STRICT", "mode: STRICT # mtls-lens-ignore MTLS001: leaves in March");
    const { code, out } = folder.run(["check", "lab"]);
    assert.equal(code, 0, out);
    assert.match(out, /\nNo known caller breaks · 1 suppressed · from files and observed pods\n$/);
  });

  it("tells of a break that is no policy's doing, and of other warnings", () => {
    rmSync(file("strict-mtls.yaml"));
    folder.write(
      "lab/rule.yaml",
      "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: web, namespace: default }\n" +
        "spec: { host: web-frontend, trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }\n",
    );
    const { code, out } = folder.run(["check", "lab"]);
    assert.equal(code, 1, out);
    assert.match(
      out,
      /^lab\/rule\.yaml:4 {2}breaks istio-ingressgateway → web-frontend:80 \(8080\), mTLS to a pod without a sidecar · VirtualService web-frontend lab/m,
    );
    assert.match(out, /^lab\/rule\.yaml:4 {2}warning MTLS031 /m);
  });

  it("lets no text of a manifest end a line or steer the terminal", () => {
    folder.write(
      "lab/hostile.yaml",
      'apiVersion: v1\nkind: Service\nmetadata: { name: x }\n"\\e[2J\\nlab/ok.yaml:1  fine": 1\n"\\e[2J\\nlab/ok.yaml:1  fine": 2\n',
    );
    const { out } = folder.run(["check", "lab"]);
    assert.match(out, /^lab\/hostile\.yaml:5 {2}warning MTLS011 .*fine/m);
    assert.doesNotMatch(out.replaceAll("\n", ""), /\p{Cc}/u);
    assert.doesNotMatch(out, /^lab\/ok/m);
  });

  it("follows links to folders, once each, and none in a circle", () => {
    renameSync(join(folder.path, "lab"), join(folder.path, "real"));
    folder.write("tree/note.txt", "");
    symlinkSync("../real", join(folder.path, "tree/a"));
    symlinkSync("../real", join(folder.path, "tree/b"));
    symlinkSync(".", join(folder.path, "tree/circle"));
    const { counts } = JSON.parse(folder.run(["check", "tree", "--format", "json"]).out);
    assert.deepEqual([counts.files, counts.breaks], [6, 1]);
  });

  it("says how many templates it did not analyse", () => {
    folder.write("lab/chart.yaml", "apiVersion: v1\nkind: Service\nmetadata: { name: {{ .Values.name }} }\n");
    assert.match(folder.run(["check", "lab"]).out, /\n1 caller breaks · 1 Helm template not analysed\n$/);
  });
});

describe("mtls-lens ends with 2", function () {
  this.timeout(10_000);
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  it("and names a file with a syntax error, and still tells all other verdicts", () => {
    folder.write("lab/broken.yaml", 'apiVersion: v1\nkind: Service\nmetadata: { name: "x }\n');
    const { code, out, err } = folder.run(["check", "lab"]);
    assert.equal(code, 2);
    assert.match(err, /^lab\/broken\.yaml:\d+ {2}MTLS010 /);
    assert.ok(out.includes(VERDICT), out);
  });

  it("and names a file that cannot be read and why, and still tells all other verdicts", () => {
    symlinkSync("circle.yaml", join(folder.path, "lab/circle.yaml"));
    const { code, out, err } = folder.run(["check", "lab"]);
    assert.equal(code, 2);
    assert.equal(err, "lab/circle.yaml: its symbolic links lead in a circle. Repair the link.\n");
    assert.ok(out.includes(VERDICT), out);
  });

  it("and names a path that is not there, whichever option names it", () => {
    const says = "nowhere: there is no such file or folder. Check the path.\n";
    for (const args of [["nowhere"], ["--change", "nowhere"], ["--base", "nowhere"], ["--observed", "nowhere"]]) {
      const { code, err } = folder.run(["check", "lab", ...args]);
      assert.deepEqual({ code, err }, { code: 2, err: says }, args.join(" "));
    }
  });

  it("and says so where a pipe brought nothing, or a file holds no object", () => {
    const says = ": no Kubernetes object is in there. Name what kubectl applies, or has printed.\n";
    folder.write("values.yaml", "replicas: 3\n");
    const cases: readonly (readonly [name: string, ...args: readonly string[]])[] = [
      ["stdin", "-"],
      ["stdin", "-", "lab"],
      ["values.yaml", "values.yaml"],
      ["stdin", "lab", "--observed", "-"],
      ["values.yaml", "lab", "--change", "values.yaml"],
    ];
    for (const [name, ...args] of cases) {
      const { code, err } = folder.run(["check", ...args]);
      assert.deepEqual({ code, err }, { code: 2, err: name + says }, args.join(" "));
    }
    assert.equal(folder.run(["check", "values.yaml", "lab"]).code, 1, "a file among others can hold none");
  });

  it("and names a folder's link that leads nowhere", () => {
    symlinkSync("nowhere.yaml", join(folder.path, "lab/link.yaml"));
    const { code, err } = folder.run(["check", "lab"]);
    const says = "it is a link that leads nowhere, or was just deleted. Repair or remove it.";
    assert.deepEqual({ code, err }, { code: 2, err: `lab/link.yaml: ${says}\n` });
  });

  it("where a folder holds no manifest", () => {
    folder.write("empty/note.txt", "");
    const { code, err } = folder.run(["check", "."], { from: "empty" });
    assert.equal(code, 2);
    assert.match(err, /^\.: no \.yaml or \.yml file in this folder\./);
  });

  it("even where nobody is to fail", () => {
    assert.equal(folder.run(["check", "lab", "nowhere", "--fail-on", "never"]).code, 2);
  });

  /** A file system that behaves so: set up before the program loads. */
  const readsBy = (body: string) => [
    "--import",
    `data:text/javascript,${encodeURIComponent(
      `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
       fs.promises.readFile = ${body}; syncBuiltinESMExports();`,
    )}`,
  ];

  it("when it stops without an answer", () => {
    const { code, out, err } = folder.run(["check", "lab"], { node: readsBy("() => new Promise(() => {})") });
    assert.deepEqual({ code, out }, { code: 2, out: "" });
    assert.match(err, /^mtls-lens stopped before it had an answer\./);
  });

  it("when it fails, with the stack", () => {
    const { code, out, err } = folder.run(["check", "lab"], {
      node: readsBy("() => new Promise(() => process.nextTick(() => { throw new Error('no such luck'); }))"),
    });
    assert.deepEqual({ code, out }, { code: 2, out: "" });
    assert.match(err, /^mtls-lens failed\. .*\nError: no such luck\n +at /);
  });

  it("without a word when the reader has seen enough", async () => {
    const child = spawn(process.execPath, [PROGRAM, "check", "lab"], { cwd: folder.path });
    child.stdout.destroy();
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    assert.deepEqual({ code, err }, { code: 2, err: "" });
  });

  it("tells its use and its version with 0", () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    assert.match(folder.run(["--help"]).out, /^mtls-lens check PATH/);
    assert.deepEqual(folder.run(["--version"]), { code: 0, out: `${version}\n`, err: "" });
    const { code, err } = folder.run(["chekc"]);
    assert.equal(code, 2);
    assert.match(err, /^No command "chekc"\.\n\nmtls-lens check PATH/);
  });
});
