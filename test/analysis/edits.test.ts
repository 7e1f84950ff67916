/** After any edit the views are those of a new start, although only a part of them was made again. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { startAnalysis } from "../../src/analysis/analysis.ts";
import type { FileViews } from "../../src/protocol/analysis.ts";
import type { TreeName } from "../../src/view/trees/node.ts";
import { corpus } from "../bench/corpus.ts";
import { type Document, meshes, policies } from "../properties/generator.ts";

type Texts = ReadonlyMap<string, string>;

function start(texts: Texts) {
  const made: string[] = [];
  const { told, asked } = startAnalysis({
    views: ({ files }) => made.push(...files.map(({ uri }) => uri)),
    progress: () => undefined,
    trees: () => undefined,
    failure: ({ says }) => assert.fail(says),
  });
  const give = (changed: Texts) =>
    told.contents({ files: [...changed].map(([path, text]) => ({ uri: `file:///w/${path}`, text })) });
  give(texts);
  const children = async (tree: TreeName, id: string): Promise<readonly unknown[]> => {
    const rows = await asked.treeChildren({ tree, id });
    return Promise.all(rows.map(async (row) => [row, await children(tree, row.id)]));
  };
  const trees = async () => [await children("mesh", ""), await children("policies", "")];
  const views = async () => shown((await asked.settled({})).files);
  return { give, told, made, views, trees };
}

/** A file that had views stays among those handed out when it has none any more. */
function shown(files: readonly FileViews[]): readonly FileViews[] {
  return files.filter(({ lenses, problems }) => lenses.length + problems.length > 0);
}

async function sameAsNew(before: Texts, edits: readonly Texts[]): Promise<void> {
  const edited = start(before);
  await edited.views();
  await edited.trees();
  let now = before;
  for (const edit of edits) {
    now = new Map([...now, ...edit]);
    edited.give(edit);
    const anew = start(now);
    assert.deepEqual(await edited.views(), await anew.views());
    assert.deepEqual(await edited.trees(), await anew.trees());
  }
}

/** Meshes in which every workload's text names both Services, an object a file, but for the policies of one file. */
function textsOf(documents: readonly Document[]): Texts {
  const services = documents.filter(({ kind }) => kind === "Service");
  const urls = services.map(({ metadata: { name, namespace } }) => `http://${name}.${namespace}.svc.cluster.local:80`);
  const called = JSON.stringify(documents).replaceAll(
    '"image":"example/app"',
    `"image":"example/app","args":${JSON.stringify(urls)}`,
  );
  const files = Map.groupBy(JSON.parse(called) as Document[], ({ kind, metadata }) =>
    kind === "PeerAuthentication" ? `policies-${metadata.namespace}.yaml` : `${kind}-${metadata.namespace}.yaml`,
  );
  return new Map([...files].map(([path, each]) => [path, yaml(each)]));
}

function yaml(documents: readonly object[]): string {
  return documents.map((document) => stringify(document)).join("---\n");
}

describe("the views after an edit", () => {
  it("of the policies of any mesh are those of a new start", async () => {
    await fc.assert(
      fc.asyncProperty(meshes, fc.array(policies, { minLength: 1, maxLength: 3 }), async (documents, edited) => {
        const texts = textsOf(documents);
        const edits = edited.map((each) => new Map([...textsOf(each)].filter(([path]) => texts.has(path))));
        await sameAsNew(texts, edits);
      }),
      { numRuns: 8 },
    );
  });

  const texts: Texts = new Map(corpus(4).map(({ path, text }) => [path, text]));
  const edit = (path: string, from: string | RegExp, to: string): Texts => {
    const text = texts.get(path)?.replace(from, to);
    assert.ok(text !== undefined && text !== texts.get(path), `${path} has no ${from}`);
    return new Map([[path, text]]);
  };
  const cases: Readonly<Record<string, Texts>> = {
    "the mode of a namespace": edit("team-003/1-base.yaml", /mode: \w+/, "mode: STRICT"),
    "the mode of a workload": edit("team-001/2-shop.yaml", "    mode: PERMISSIVE", "    mode: DISABLE"),
    "the mode of the mesh": edit("team-000/2-shop.yaml", "mode: PERMISSIVE", "mode: STRICT"),
    "a policy that moves to another namespace": edit(
      "team-001/2-shop.yaml",
      "name: stock\n  namespace: team-001\nspec:\n  selector:\n    matchLabels:\n      app: stock\n  mtls",
      "name: stock\n  namespace: team-002\nspec:\n  selector:\n    matchLabels:\n      app: stock\n  mtls",
    ),
    "a policy that another file has too": edit(
      "team-001/1-base.yaml",
      /namespace: team-001\nspec:\n {2}mtls/,
      "namespace: team-002\nspec:\n  mtls",
    ),
    "a policy that is gone": edit("team-001/2-shop.yaml", "kind: PeerAuthentication", "kind: Thing"),
    "a comment above all others": edit("team-001/1-base.yaml", /^/, "# a comment\n\n"),
    "a value that no rule reads": edit("team-001/1-base.yaml", "cpu: 100m", "cpu: 200m"),
    "a label of a workload": edit("team-001/2-shop.yaml", /app: orders\n( +)version/, "app: other\n$1version"),
    "the port of a Service": edit(
      "team-001/2-shop.yaml",
      "port: 8080\n      targetPort",
      "port: 8081\n      targetPort",
    ),
    "a value that is not finished": edit("team-001/1-base.yaml", /mode: \w+/, "mode: STR"),
    "a file that cannot be read to its end": edit("team-001/1-base.yaml", "mtls:", "mtls: ["),
  };
  const analysis = start(texts);
  for (const [what, edited] of Object.entries(cases)) {
    it(`of ${what} are those of a new start, and those of before once it is taken back`, async () => {
      const before = await analysis.views();
      analysis.give(edited);
      assert.deepEqual(await analysis.views(), await start(new Map([...texts, ...edited])).views());
      analysis.give(new Map([...edited.keys()].map((path) => [path, texts.get(path) ?? ""])));
      assert.deepEqual(await analysis.views(), before);
    });
  }

  const namespace = (name: string, labels: object) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels },
  });
  const NAMESPACES = yaml([
    namespace("shop", { "istio-injection": "enabled" }),
    namespace("monitoring", { "istio-injection": "disabled" }),
  ]);
  const scraped: Texts = new Map([
    ["namespaces.yaml", NAMESPACES],
    [
      "web.yaml",
      `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: web}
      annotations: {prometheus.io/scrape: "true", prometheus.io/port: "9102"}
    spec:
      containers:
        - name: web
          ports: [{name: metrics, containerPort: 9102}]
          readinessProbe: {httpGet: {port: 9102}}`,
    ],
    [
      "prometheus.yaml",
      `apiVersion: apps/v1
kind: Deployment
metadata: {name: prometheus, namespace: monitoring}
spec: {template: {spec: {containers: [{name: server, image: prom/prometheus}]}}}`,
    ],
    [
      "monitor.yaml",
      `apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: web, namespace: shop, labels: {team: a}}
spec: {selector: {matchLabels: {app: web}}, podMetricsEndpoints: [{port: metrics, scheme: https}]}`,
    ],
    ["operator.yaml", ""],
    ["settings.yaml", ""],
    [
      "policy.yaml",
      "{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: default, namespace: shop}, spec: {mtls: {mode: STRICT}}}",
    ],
  ]);
  const OPERATOR = `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main, namespace: shop}
spec: {podMonitorSelector: {matchLabels: {team: a}}}`;
  const config = (name: string, key: string, text: string) =>
    yaml([
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "istio-system" }, data: { [key]: text } },
    ]);
  const changes: Readonly<Record<string, readonly [path: string, from: string, to: string]>> = {
    "the Prometheus that scrapes": ["prometheus.yaml", "prom/prometheus", "example/other"],
    "the labels of the namespace that is scraped": ["namespaces.yaml", "enabled", "disabled"],
    "the port that a monitor names": ["monitor.yaml", "port: metrics", "port: other"],
    "how a monitor scrapes": ["monitor.yaml", ", scheme: https", ""],
    "which monitors the operator takes": ["operator.yaml", "", OPERATOR],
    "whether metrics are merged": ["web.yaml", '"9102"}', '"9102", prometheus.istio.io/merge-metrics: "false"}'],
    "whether the mesh merges metrics": ["settings.yaml", "", config("istio", "mesh", "enablePrometheusMerge: false")],
    "whether the injector rewrites probes": [
      "settings.yaml",
      "",
      config("istio-sidecar-injector", "values", '{"sidecarInjectorWebhook": {"rewriteAppHTTPProbe": false}}'),
    ],
    "the policy of scraped pods": ["policy.yaml", "STRICT", "PERMISSIVE"],
  };
  for (const [what, [path, from, to]] of Object.entries(changes)) {
    it(`of ${what} are those of a new start`, async () => {
      const before = scraped.get(path) ?? "";
      const after = from === "" ? to : before.replace(from, to);
      assert.notDeepEqual(
        await start(new Map([...scraped, [path, after]])).views(),
        await start(scraped).views(),
        "nothing to see",
      );
      await sameAsNew(scraped, [new Map([[path, after]]), new Map([[path, before]])]);
    });
  }
});
