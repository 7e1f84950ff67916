/** Reading whole files: documents, lists, namespaces, and what is read again after an edit. */

import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { jsonOf, spansIn } from "../../src/manifest/content.ts";
import { documentCache } from "../../src/manifest/document-cache.ts";
import { documentsOf, policy, problemsOf, resourcesOf, URI } from "./reading.ts";

const SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";

describe("reading a file", () => {
  it("gives every object its document and its place in a List", () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${SERVICE.replaceAll("\n", "\n  ")}\n- ${SERVICE.replaceAll("\n", "\n  ")}\n`;
    assert.deepEqual(
      resourcesOf(`${SERVICE}---\n${list}`).map(({ source }) => source),
      [
        { uri: URI, document: 0, pointer: "" },
        { uri: URI, document: 1, pointer: "/items/0" },
        { uri: URI, document: 1, pointer: "/items/1" },
      ],
    );
  });

  it("reads the items of a typed list without kinds of their own", () => {
    const [pod] = resourcesOf('{"apiVersion": "v1", "kind": "PodList", "items": [{"metadata": {"name": "a"}}]}');
    assert.deepEqual([pod?.form, pod?.kind, pod?.apiVersion, pod?.name], ["known", "Pod", "v1", "a"]);
  });

  it("reads JSON indented with tabs, as API servers print it", () => {
    const json = JSON.stringify({ apiVersion: "v1", kind: "Service", metadata: { name: "web" } }, null, "\t");
    assert.equal(resourcesOf(json)[0]?.name, "web");
  });

  it("reads CRLF and a byte order mark, with offsets into the file", () => {
    const text = `\uFEFF${SERVICE}---\n${policy("mtls: {mode: STRICT}\n")}`.replaceAll("\n", "\r\n");
    const mode = spansIn(documentsOf(text)[1], "/spec/mtls/mode")?.value;
    assert.equal(resourcesOf(text).length, 2);
    assert.equal(text.slice(mode?.start, mode?.end), "STRICT");
  });

  it("keeps a fault in one document away from the others", () => {
    const text = `${policy('mtls: {mode: "STRICT}\n')}---\n${SERVICE}`;
    assert.deepEqual(problemsOf(text), ['syntax "\\"STRICT}"']);
    assert.equal(resourcesOf(text)[1]?.name, "web");
  });

  const silent = [
    "a: 1\n",
    "- a\n- b\n",
    "kind: X\n",
    "apiVersion: v1\n",
    "text\n",
    'a: "open\n',
    "kind: 3\napiVersion: v1\n",
  ];
  for (const text of silent) {
    it(`finds neither an object nor a problem in ${JSON.stringify(text)}`, () => {
      assert.deepEqual([resourcesOf(text), problemsOf(text)], [[], []]);
    });
  }

  it("says that an object of a kind that matters lacks a name, and is silent about others", () => {
    assert.deepEqual(problemsOf("apiVersion: apps/v1\nkind: Deployment\nmetadata: {labels: {}}\n"), [
      'not-an-object "metadata"',
    ]);
    assert.deepEqual(problemsOf("apiVersion: example.org/v1\nkind: Thing\n"), []);
  });

  it("says of a name that is a number to put it in quotes, and does it", () => {
    const text = "apiVersion: v1\nkind: Service\nmetadata: {name: 2024}\n";
    const problem = documentsOf(text)[0]?.problems[0];
    assert.deepEqual(problemsOf(text), ['not-an-object "2024"']);
    assert.equal(problem?.repair?.newText, '"2024"');
  });

  it("takes the start of a name that a server will complete", () => {
    const text = "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: load-}\n";
    assert.deepEqual([resourcesOf(text)[0]?.name, problemsOf(text)], ["load-", []]);
  });

  it("takes the last of equal keys and says so", () => {
    const text = policy("mtls: {mode: STRICT}\nmtls: {mode: DISABLE}\n");
    assert.deepEqual(problemsOf(text), ['duplicate-key "mtls"']);
    assert.equal((resourcesOf(text)[0] as { mode?: string }).mode, "DISABLE");
  });
});

describe("the namespace of an object", () => {
  const named = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n";
  const cases = [
    [
      "is the manifest's own before all others",
      named,
      { defaultNamespace: "set", kustomizationNamespace: "kust" },
      "shop manifest",
    ],
    [
      "is the kustomization's before the setting's",
      SERVICE,
      { defaultNamespace: "set", kustomizationNamespace: "kust" },
      "kust kustomization",
    ],
    ["is the setting's where there is one", SERVICE, { defaultNamespace: "set" }, "set setting"],
    ["is default, assumed, where nobody says", SERVICE, {}, "default assumed"],
    [
      "is empty for kinds of the cluster",
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n",
      { defaultNamespace: "set" },
      " cluster-scoped",
    ],
  ] as const;
  for (const [claim, text, options, expected] of cases) {
    it(claim, () => {
      const [object] = resourcesOf(text, options);
      assert.equal(`${object?.namespace} ${object?.namespaceFrom}`, expected);
    });
  }
});

describe("reading again after an edit", () => {
  const many = Array.from({ length: 1000 }, (_, index) => SERVICE.replace("web", `web-${index}`)).join("---\n");

  it("parses only the document that changed", () => {
    const cache = documentCache();
    documentsOf(many, { cache });
    assert.equal(cache.parsed, 1000);
    const after = documentsOf(many.replace("web-500}", "web-500, labels: {a: b}}"), { cache });
    assert.equal(cache.parsed, 1001);
    assert.equal(after[500]?.resources[0]?.labels.a, "b");
    assert.equal(after[999]?.resources[0]?.name, "web-999");
  });

  it("does not parse again for the JSON that is asked for first, and keeps it no longer", () => {
    const cache = documentCache();
    const [document] = documentsOf(SERVICE, { cache, isAskedFor: (kind) => kind === "Service" });
    assert.ok(document);
    const read = document.content.unasked?.value;
    const [first, second] = [jsonOf(document), jsonOf(document)];
    assert.ok(read !== undefined && first[0]?.value === read);
    assert.notEqual(second[0]?.value, read);
    assert.deepEqual(second, first);
  });

  it("does not keep the whole file for each version of a document in it", () => {
    setFlagsFromString("--expose-gc");
    const collect: unknown = runInNewContext("gc");
    assert.ok(typeof collect === "function");
    const heap = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const cache = documentCache();
    // A copy through bytes is in one piece, as texts are that come from an editor.
    const typed = (count: number) => Buffer.from(many.replace("web-500}", `web-${count}}`)).toString();
    documentsOf(typed(5000), { cache });
    const before = heap();
    for (let count = 5001; count < 5200; count += 1) documentsOf(typed(count), { cache });
    assert.ok(heap() - before < (199 * many.length) / 4);
  });

  it("keeps objects whose place and text are the same", () => {
    const cache = documentCache();
    const [before, after] = [many, many.replace("web-500}", "web-5000}")].map((text) => documentsOf(text, { cache }));
    assert.equal(before?.[400]?.resources[0], after?.[400]?.resources[0]);
    assert.notEqual(before?.[500]?.resources[0], after?.[500]?.resources[0]);
  });

  it("moves places and problems with the document", () => {
    const cache = documentCache();
    const nameless = "apiVersion: v1\nkind: Service\nmetadata: {}\n";
    for (const lead of ["", "# a line\n", "a: 1\n---\n"]) {
      const text = lead + nameless;
      const document = documentsOf(text, { cache }).at(-1);
      const spans = [document?.problems[0]?.span, spansIn(document, "/kind")?.value];
      assert.deepEqual(
        spans.map((span) => text.slice(span?.start, span?.end)),
        ["metadata", "Service"],
      );
    }
  });

  it("forgets what was used longest ago when it holds too much", () => {
    const cache = documentCache(many.length / 2);
    documentsOf(many, { cache });
    assert.ok(cache.documents.characters <= many.length / 2 && cache.documents.byText.size > 400);
    documentsOf(many.slice(-200), { cache });
    assert.ok(cache.parsed <= 1002);
  });
});
