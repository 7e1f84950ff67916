/** What kubectl prints of many objects is read item by item, each at its own place. */
import assert from "node:assert/strict";
import { stringify } from "yaml";
import { jsonOf, spansIn } from "../../src/manifest/content.ts";
import { documentCache } from "../../src/manifest/document-cache.ts";
import { partsOf } from "../../src/manifest/kubectl-list.ts";
import { readManifest } from "../../src/manifest/read-manifest.ts";

const URI = "file:///seen";
/** Longer than a document that is read as it is, though each item is short enough. */
const LONG = "x".repeat(250_000);
const ITEMS = [
  {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop", annotations: { note: 'a "[{\n\n- text: }]', LONG } },
  },
  { apiVersion: "v1", kind: "Pod", metadata: { name: "web", labels: {} }, spec: { containers: [{ name: "app" }] } },
];
const LIST = { apiVersion: "v1", items: ITEMS, kind: "List", metadata: { resourceVersion: "" } };

const one = stringify(ITEMS[0]);

const FORMS: Readonly<Record<string, string>> = {
  // As kubectl's own writer does: a list is not indented below its key.
  YAML: stringify(LIST, { indentSeq: false }),
  "YAML below a comment, with Windows' line ends": `# kubectl get\n${stringify(LIST, { indentSeq: false })}`.replaceAll(
    "\n",
    "\r\n",
  ),
  JSON: JSON.stringify(LIST, undefined, 4),
  "JSON in one line, in another order": JSON.stringify({ apiVersion: "v1", kind: "List", items: ITEMS }),
};

const OTHERS: Readonly<Record<string, string>> = {
  "one object": one,
  "a list with another document behind it": `${FORMS.YAML}---\n${one}`,
  "a list of another kind": stringify({ ...LIST, kind: "PodList" }, { indentSeq: false }),
  "a list of another kind as JSON": JSON.stringify({ ...LIST, kind: "PodList" }),
  "a list that ends in the middle": JSON.stringify(LIST).slice(0, -40),
  "an empty list": stringify({ ...LIST, items: [] }),
  "an empty list as JSON": JSON.stringify({ ...LIST, items: [] }),
};

describe("a long List", () => {
  for (const [form, text] of Object.entries(FORMS)) {
    it(`in ${form} is read item by item, each where it stands`, () => {
      const { documents } = readManifest(URI, text, { defaultNamespace: "" });
      assert.deepEqual(
        documents.flatMap(({ resources, problems }) => [...resources.map(({ name }) => name), ...problems]),
        ["shop", "web"],
      );
      assert.deepEqual(
        documents.flatMap((document) => jsonOf(document).map(({ value }) => value)),
        ITEMS,
      );
      for (const [index, document] of documents.entries()) {
        const spans = spansIn(document, "/kind")?.value;
        assert.equal(text.slice(spans?.start, spans?.end).replaceAll('"', ""), ITEMS[index]?.kind);
      }
    });
  }
  for (const [what, text] of Object.entries(OTHERS)) {
    it(`of ${what} is left as it is`, () => {
      const whole = { start: 0, end: text.length };
      assert.deepEqual(partsOf(text, whole), [{ span: whole, text }]);
    });
  }

  it("stands among other documents", () => {
    const text = `${one}---\n${FORMS.YAML}---\n${one}`;
    const { documents } = readManifest(URI, text, { defaultNamespace: "" });
    assert.deepEqual(
      documents.map(({ resources }) => resources.map(({ name, source }) => `${source.document} ${name}`)),
      [["0 shop"], ["1 shop"], ["2 web"], ["3 shop"]],
    );
  });

  it("is read again where it changed only", () => {
    const cache = documentCache();
    const text = FORMS.YAML ?? "";
    readManifest(URI, text, { defaultNamespace: "", cache });
    const { parsed } = cache;
    readManifest(URI, text.replace("name: app", "name: main"), { defaultNamespace: "", cache });
    assert.equal(cache.parsed - parsed, 1);
  });
});
