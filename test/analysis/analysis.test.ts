/** The whole analysis in one thread, and behind its channel in a thread of its own, on the files of a lab. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startAnalysis } from "../../src/analysis/analysis.ts";
import type { AnalysisAsks, FileViews, FromAnalysis, ToAnalysis } from "../../src/protocol/analysis.ts";
import { startWorker } from "../../src/workers/start.ts";

const LAB = join(import.meta.dirname, "../../media/labs/mutual-tls/workspace");
const FILES = manifestsIn(LAB);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mtls-lens-analysis-"));
  cpSync(LAB, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const uri = (path: string) => pathToFileURL(join(folder, path)).href;
const textOf = (path: string) => readFileSync(join(folder, path), "utf8");

async function start(...paths: readonly string[]) {
  const told: FileViews[][] = [];
  const failures: string[] = [];
  const analysis = startAnalysis({
    views: ({ files }) => told.push([...files]),
    progress: () => undefined,
    trees: () => undefined,
    failure: ({ says }) => failures.push(says),
  });
  analysis.told.files({ uris: paths.map(uri) });
  const open = (path: string, text = textOf(path), version = 1) =>
    analysis.told.opened({ uri: uri(path), version, text });
  const settle = async () => (await analysis.asked.settled({})).files;
  await settle();
  return { ...analysis, open, settle, views: told, failures };
}

const lensesOf = (files: readonly FileViews[], path: string) =>
  files.find((file) => file.uri === uri(path))?.lenses.map(({ text }) => text) ?? [];

const problemsOf = (files: readonly FileViews[], path: string) =>
  files.find((file) => file.uri === uri(path))?.problems.map(({ message }) => message);

describe("the analysis of a workspace", () => {
  it("judges the open text, with its version, and the file again once it is closed", async () => {
    const { told, open, settle } = await start(...FILES);
    const strict = async () => (await settle()).find((file) => file.uri === uri("strict-mtls.yaml"));
    const onDisk = await strict();
    assert.deepEqual(
      onDisk?.problems.map(({ code }) => code),
      ["MTLS001"],
    );
    open("strict-mtls.yaml", textOf("strict-mtls.yaml").replace("STRICT", "DISABLE"), 7);
    const opened = await strict();
    assert.match(opened?.lenses[0]?.text ?? "", /^DISABLE for customers-v1/);
    assert.equal(opened?.version, 7);
    told.closed({ uri: uri("strict-mtls.yaml") });
    assert.deepEqual(await strict(), onDisk);
  });

  it("makes lenses for open documents only, and for a document as soon as it is opened", async () => {
    const { open, settle } = await start(...FILES);
    assert.deepEqual(
      (await settle()).flatMap(({ lenses }) => lenses),
      [],
    );
    open("strict-mtls.yaml");
    assert.match(lensesOf(await settle(), "strict-mtls.yaml")[0] ?? "", /^STRICT for customers-v1/);
  });

  it("hands out only what an edit changed", async () => {
    const { told, settle, views } = await start(...FILES);
    views.length = 0;
    told.opened({ uri: uri("gateway.yaml"), version: 1, text: `# a comment\n${textOf("gateway.yaml")}` });
    await settle();
    assert.deepEqual(
      views.flat().map((file) => file.uri),
      [uri("gateway.yaml")],
    );
  });

  it("names a file that cannot be read, and the others do not notice", async () => {
    const before = problemsOf(await (await start(...FILES)).settle(), "strict-mtls.yaml");
    assert.equal(before?.length, 1);
    symlinkSync("circle.yaml", join(folder, "circle.yaml"));
    const files = await (await start(...FILES, "circle.yaml")).settle();
    const circle = files.find((file) => file.uri === uri("circle.yaml"));
    assert.equal(circle?.unreadable, "its symbolic links lead in a circle. Repair the link.");
    assert.deepEqual(problemsOf(files, "strict-mtls.yaml"), before);
  });

  it("does not wait for a pipe that is named like a manifest", async () => {
    execFileSync("mkfifo", [join(folder, "pipe.yaml")]);
    const files = await (await start(...FILES, "pipe.yaml")).settle();
    const pipe = files.find((file) => file.uri === uri("pipe.yaml"));
    assert.equal(pipe?.unreadable, "it is no file with contents. Replace it, or leave it out.");
  });

  it("takes a person's word for the labels of a namespace that no file tells", async () => {
    const { told, open, settle } = await start("customers-v1.yaml");
    open("customers-v1.yaml");
    assert.match(
      lensesOf(await settle(), "customers-v1.yaml")[0] ?? "",
      /the labels of namespace default are not in these files/,
    );
    told.settings({ namespaceLabels: { default: { "istio-injection": "enabled" } }, defaultNamespace: "" });
    assert.match(lensesOf(await settle(), "customers-v1.yaml")[0] ?? "", /^In the mesh/);
  });

  it("shows problems at the severity that a person sets", async () => {
    const { told, settle } = await start(...FILES);
    const severities = async () =>
      (await settle())
        .find((file) => file.uri === uri("strict-mtls.yaml"))
        ?.problems.map(({ severity, code }) => `${severity} ${code}`);
    assert.deepEqual(await severities(), ["warning MTLS001"]);
    told.settings({ namespaceLabels: {}, defaultNamespace: "", severity: { MTLS001: "error" } });
    assert.deepEqual(await severities(), ["error MTLS001"]);
  });

  it("forgets a file that is gone, with its part in the verdicts of others", async () => {
    const { told, open, settle } = await start(...FILES);
    open("strict-mtls.yaml");
    assert.match(lensesOf(await settle(), "strict-mtls.yaml")[0] ?? "", /1 other caller works/);
    told.removed({ uris: [uri("vs-customers-gateway.yaml")] });
    const files = await settle();
    assert.ok(!files.some((file) => file.uri === uri("vs-customers-gateway.yaml")));
    assert.doesNotMatch(lensesOf(files, "strict-mtls.yaml")[0] ?? "", /other caller/);
  });

  it("ends with the last text of a file that changes again and again while it is read", async () => {
    const { told, settle } = await start(...FILES);
    const text = textOf("strict-mtls.yaml");
    for (let turn = 0; turn < 20; turn += 1) {
      // As long as a disk reads in several steps, then cut off in the middle, as editors and git leave it for a moment.
      writeFileSync(join(folder, "strict-mtls.yaml"), `${text}# ${"long ".repeat(200_000)}`);
      told.files({ uris: [uri("strict-mtls.yaml")] });
      await new Promise((resolve) => setTimeout(resolve, turn % 4));
      writeFileSync(join(folder, "strict-mtls.yaml"), text.slice(0, text.length / 2));
      told.files({ uris: [uri("strict-mtls.yaml")] });
    }
    writeFileSync(join(folder, "strict-mtls.yaml"), text);
    told.files({ uris: [uri("strict-mtls.yaml")] });
    const files = await settle();
    assert.deepEqual(files, await (await start(...FILES)).settle());
    assert.equal(problemsOf(files, "strict-mtls.yaml")?.length, 1);
  });

  it("answers questions from the text told just before", async () => {
    const { told, asked } = await start(...FILES);
    const text = textOf("strict-mtls.yaml").replace("STRICT", "PERMISSIVE");
    told.opened({ uri: uri("strict-mtls.yaml"), version: 2, text });
    const hover = await asked.hover({ uri: uri("strict-mtls.yaml"), position: { line: 7, character: 12 } });
    assert.match(hover?.markdown ?? "", /PERMISSIVE/);
    assert.equal(await asked.hover({ uri: uri("nowhere.yaml"), position: { line: 0, character: 0 } }), undefined);
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    assert.deepEqual(await asked.fixes({ uri: uri("nowhere.yaml"), range }), []);
  });
});

describe("hostile files", () => {
  const hostile: Readonly<Record<string, string>> = {
    "20,000 keys in one map": `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata:\n${Array.from({ length: 20_000 }, (_, index) => `  k${index}: v\n`).join("")}`,
    "an unclosed quote": 'apiVersion: v1\nkind: Service\nmetadata: { name: "x }\nspec: {}\n',
    "3,000 levels": `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata: ${"[".repeat(3000)}${"]".repeat(3000)}\n`,
    "bytes that are no text": "\u0000\u0001\uFFFD".repeat(1000),
  };
  for (const [name, text] of Object.entries(hostile)) {
    it(`with ${name} leave the views of all others as they were`, async () => {
      const before = await (await start(...FILES)).settle();
      writeFileSync(join(folder, "hostile.yaml"), text);
      const { settle, failures } = await start(...FILES, "hostile.yaml");
      const after = (await settle()).filter((file) => file.uri !== uri("hostile.yaml"));
      assert.deepEqual(after, before);
      assert.deepEqual(failures, []);
    });
  }
});

describe("the analysis in a thread of its own", () => {
  it("reads the files that it is told of and hands out their views", async () => {
    const views: FileViews[] = [];
    const failures: string[] = [];
    const worker = startWorker<ToAnalysis, AnalysisAsks, FromAnalysis, Record<string, never>>(
      "analysis",
      new URL("../../src/analysis/worker.ts", import.meta.url),
      {
        told: {
          views: ({ files }) => views.push(...files),
          progress: () => undefined,
          trees: () => undefined,
          failure: ({ says }) => failures.push(says),
        },
        asked: {},
        failed: (error) => failures.push(error.message),
      },
    );
    worker.tell("files", { uris: FILES.map(uri) });
    const { files } = await worker.ask("settled", {});
    assert.match(problemsOf(views, "strict-mtls.yaml")?.[0] ?? "", /web-frontend/);
    assert.deepEqual(problemsOf(files, "strict-mtls.yaml"), problemsOf(views, "strict-mtls.yaml"));
    assert.deepEqual(failures, []);
    worker.dispose("test over");
    assert.equal(await worker.ended, undefined);
  });
});

function manifestsIn(path: string): readonly string[] {
  const files = readdirSync(path).filter((name) => name.endsWith(".yaml"));
  assert.ok(files.length > 0, `no manifests in ${path}`);
  return files.toSorted();
}
