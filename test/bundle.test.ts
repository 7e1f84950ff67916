/** What each bundle weighs and holds: the part that every YAML workspace pays for stays light. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { buildBundles } from "../scripts/build/bundles.mjs";

const KB = 1000;

describe("the bundles", () => {
  const folder = mkdtempSync(join(tmpdir(), "mtls-lens-bundles-"));
  let built: Record<string, Metafile>;

  before(async () => {
    built = await buildBundles({ outFolder: folder });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const inputs = (name: string) => Object.keys(built[name]?.inputs ?? {});
  const bytes = (name: string) =>
    Object.entries(built[name]?.outputs ?? {}).reduce(
      (sum, [file, { bytes: size }]) => sum + (file.endsWith(".map") ? 0 : size),
      0,
    );

  it("are the seven that are shipped", () => {
    assert.deepEqual(Object.keys(built).toSorted(), [
      "analysis.worker",
      "cli",
      "cluster.worker",
      "embedded",
      "embedded.worker",
      "extension",
      "features",
    ]);
    for (const name of Object.keys(built)) assert.ok(bytes(name) > 500, `${name} is empty`);
  });

  it("keep the stub under 20 KB, without YAML, rules or workers", () => {
    assert.ok(bytes("extension") <= 20 * KB, `${bytes("extension")} bytes`);
    const heavy = /node_modules|src\/(mesh|manifest|view|analysis|workers)\//;
    assert.deepEqual(
      inputs("extension").filter((path) => heavy.test(path)),
      [],
    );
  });

  it("keep YAML and rules out of the extension host", () => {
    assert.deepEqual(
      inputs("features").filter((path) => /node_modules|src\/(mesh|manifest|analysis)\//.test(path)),
      [],
    );
    assert.ok(bytes("features") <= 100 * KB, `${bytes("features")} bytes`);
  });

  it("keep the embedded mesh out of the extension host and of the command line", () => {
    const mesh = /node_modules|src\/(mesh|manifest|validation|embedded|analysis)\//;
    assert.deepEqual(
      inputs("embedded").filter((path) => mesh.test(path)),
      [],
    );
    assert.ok(bytes("embedded") <= 20 * KB, `${bytes("embedded")} bytes`);
    assert.deepEqual(
      ["cli", "features", "analysis.worker"].flatMap(inputs).filter((path) => path.startsWith("src/embedded/")),
      [],
    );
  });

  it("have the embedded mesh in a worker of its own, without the analysis", () => {
    assert.ok(inputs("embedded.worker").includes("src/embedded/mesh.ts"));
    assert.deepEqual(
      inputs("embedded.worker").filter((path) => /^src\/(analysis|view|ui|cli)\//.test(path)),
      [],
    );
    assert.ok(bytes("embedded.worker") <= 2500 * KB, `${bytes("embedded.worker")} bytes`);
  });

  it("have the rules and YAML in the worker", () => {
    assert.ok(inputs("analysis.worker").some((path) => path.startsWith("src/mesh/")));
    assert.ok(inputs("analysis.worker").some((path) => path.startsWith("node_modules/yaml/browser/")));
    assert.ok(bytes("analysis.worker") <= 500 * KB, `${bytes("analysis.worker")} bytes`);
  });

  it("have the Kubernetes client in the cluster's worker alone", () => {
    const holds = Object.keys(built).filter((name) =>
      inputs(name).some((path) => /^node_modules\/(@kubernetes\/client-node|undici)\//.test(path)),
    );
    assert.deepEqual(holds, ["cluster.worker"]);
    assert.ok(bytes("cluster.worker") <= 1_800 * KB, `${bytes("cluster.worker")} bytes`);
  });
});
