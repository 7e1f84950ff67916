/** The same verdicts for other programs and for a pull request: JSON, SARIF and Markdown. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ErrorObject } from "ajv";
import Draft04 from "ajv-draft-04";
import addFormats from "ajv-formats";
import type { Report } from "../../src/cli/report/report.ts";
import { Folder, ROOT } from "./run.ts";

const MODE = {
  file: "lab/strict-mtls.yaml",
  range: { start: { line: 7, character: 10 }, end: { line: 7, character: 16 } },
};
const URL_LINE = {
  file: "lab/web-frontend.yaml",
  range: { start: { line: 25, character: 21 }, end: { line: 25, character: 63 } },
};
const CALL = {
  caller: { kind: "Deployment", namespace: "default", name: "web-frontend" },
  service: { namespace: "default", name: "customers", port: 80 },
  workload: { kind: "Deployment", namespace: "default", name: "customers-v1" },
  port: 3000,
  outcome: "breaks",
  wire: "plaintext",
  reason: "plaintext-to-strict",
  why: "no sidecar",
  decidedBy: { kind: "PeerAuthentication", namespace: "default", name: "default", place: MODE },
  evidence: [{ what: "CUSTOMER_SERVICE_URL", confidence: "certain", place: URL_LINE }],
};
const BREAKS = "web-frontend will be refused by customers-v1:3000. It has no sidecar, and STRICT refuses plaintext.";

describe("the command line's", function () {
  this.timeout(20_000);
  let folder: Folder;
  before(() => {
    folder = new Folder();
    folder.write("a file.yaml", 'apiVersion: v1\nkind: Service\nkind: Service\nmetadata: { name: "twice" }\n');
    for (const code of readdirSync(join(ROOT, "test/findings"), { withFileTypes: true }).filter((each) =>
      each.isDirectory(),
    )) {
      const cases = join(ROOT, "test/findings", code.name);
      const [first = ""] = readdirSync(cases).filter((name) => name.startsWith("raises-"));
      folder.write(`corpus/${code.name}/${first}`, readFileSync(join(cases, first), "utf8"));
    }
  });
  after(() => folder.remove());

  const run = (format: string, ...args: readonly string[]) => folder.run(["check", ...args, "--format", format]);

  describe("JSON", () => {
    const report = (...args: readonly string[]): Report => JSON.parse(run("json", ...args).out);

    it("has the shape that is documented", () => {
      const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
      const { findings, policies, ...rest } = report("lab");
      assert.deepEqual(rest, {
        version: 1,
        tool: { name: "mtls-lens", version },
        headline: "1 caller breaks",
        subject: "state",
        basis: "observed",
        counts: { files: 6, templates: 0, breaks: 1, unknown: 0, suppressed: 0 },
        calls: [CALL],
        errors: [],
      });
      const { related = [], ...finding } = findings.find(({ file }) => file === MODE.file) ?? {};
      assert.deepEqual(finding, { code: "MTLS001", severity: "warning", message: BREAKS, ...MODE });
      assert.deepEqual(related[0], { ...URL_LINE, message: "CUSTOMER_SERVICE_URL calls customers.default" });
      const [policy] = policies;
      assert.deepEqual(
        [policy?.policy, policy?.place, policy?.outcome, policy?.callers[0]],
        [{ kind: "PeerAuthentication", namespace: "default", name: "default" }, MODE, "breaks", CALL],
      );
      assert.match(policy?.verdict ?? "", /^STRICT for customers-v1 · breaks web-frontend → customers:80/);
      assert.deepEqual(
        policy?.callers.map(({ caller, outcome }) => [caller.name, outcome]),
        [
          ["web-frontend", "breaks"],
          ["istio-ingressgateway", "works"],
        ],
      );
    });

    it("says of a change what was before", () => {
      const { subject, headline, calls } = report("lab", "--change", "lab/strict-mtls.yaml");
      assert.deepEqual(
        { subject, headline, calls },
        {
          subject: "change",
          headline: "This change breaks 1 caller",
          calls: [{ ...CALL, before: "works" }],
        },
      );
    });

    it("is whole even where input cannot be read", () => {
      assert.deepEqual(report("lab", "nowhere").errors, ["nowhere: there is no such file or folder. Check the path."]);
    });
  });

  describe("SARIF", () => {
    const ajv = new Draft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
    addFormats.default(ajv);
    // The schema of the standard's authors, which this package carries.
    const schema = createRequire(import.meta.url)("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
    const valid = ajv.compile(schema);
    const faults = (log: unknown): readonly ErrorObject[] => (valid(log) ? [] : (valid.errors ?? []));

    it("is valid by the official schema, whatever is found", () => {
      for (const args of [["lab"], ["corpus"], ["a file.yaml"], ["lab", "nowhere"], ["lab", "--base", "corpus"]]) {
        const log = JSON.parse(run("sarif", ...args).out);
        assert.deepEqual(faults(log), [], args.join(" "));
        assert.ok(log.runs[0].results.length > 0, args.join(" "));
      }
    });

    it("would not be valid with a fault", () => {
      const log = JSON.parse(run("sarif", "lab").out);
      log.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0;
      log.runs[0].results[0].levle = "note";
      assert.equal(faults(log).length, 2);
    });

    it("points at lines and columns as people count them, and names files as URIs", () => {
      const [{ results, tool }] = JSON.parse(run("sarif", "a file.yaml").out).runs;
      assert.equal(tool.driver.rules[results[0].ruleIndex].id, results[0].ruleId);
      assert.deepEqual(results[0].locations[0].physicalLocation, {
        artifactLocation: { uri: "a%20file.yaml", uriBaseId: "%SRCROOT%" },
        region: { startLine: 3, startColumn: 1, endLine: 3, endColumn: 5 },
      });
    });

    it("has the findings of the JSON", () => {
      const { findings }: Report = JSON.parse(run("json", "corpus").out);
      const [{ results }] = JSON.parse(run("sarif", "corpus").out).runs;
      assert.ok(new Set(findings.map(({ code }) => code)).size > 20);
      assert.deepEqual(
        results.map(({ ruleId, message }: { ruleId: string; message: { text: string } }) => [ruleId, message.text]),
        findings.map(({ code, message }) => [code, message]),
      );
    });

    it("says that the run failed where input cannot be read", () => {
      const [{ invocations }] = JSON.parse(run("sarif", "lab", "nowhere").out).runs;
      assert.equal(invocations[0].executionSuccessful, false);
      assert.match(invocations[0].toolExecutionNotifications[0].message.text, /^nowhere: /);
    });
  });

  describe("Markdown", () => {
    it("begins with what the change breaks and lists the callers", () => {
      assert.equal(
        run("markdown", "lab", "--change", "lab/strict-mtls.yaml").out,
        `### This change breaks 1 caller

| caller | calls | why | decided by | seen at |
| :-- | :-- | :-- | :-- | :-- |
| **web-frontend** | customers:80 (3000) | no sidecar | PeerAuthentication default/default, lab/strict-mtls.yaml:8 | CUSTOMER_SERVICE_URL lab/web-frontend.yaml:26 |
`,
      );
    });

    it("says of files as they are the verdict on each policy, and what else is wrong", () => {
      const { out } = run("markdown", "lab", "a file.yaml", "nowhere");
      assert.match(out, /^### 1 caller breaks\n\n\| caller /);
      assert.match(out, /\n\*\*Policies\*\*\n\n- lab\/strict-mtls\.yaml:8 STRICT for customers-v1 · breaks /);
      assert.match(out, /\n\*\*Also found\*\*\n\n- a file\.yaml:3 warning MTLS011: /);
      assert.match(out, /\n\*\*Not read\*\*\n\n- nowhere: there is no such file or folder\. Check the path\.\n$/);
    });

    it("lets no name of a manifest become markup", () => {
      folder.write(
        "hostile/a.yaml",
        'apiVersion: v1\nkind: Service\n"[x](http://evil) | <b>": 1\n"[x](http://evil) | <b>": 2\nmetadata: { name: a }\n',
      );
      const { out } = run("markdown", "hostile");
      assert.match(out, /evil/);
      assert.doesNotMatch(out, /(?<!\\)\[x|(?<!\\)<b>/);
    });
  });
});
