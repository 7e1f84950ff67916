/** What kubectl prints of many objects is read item by item, each at its own line. */
import assert from "node:assert/strict";
import { parse, stringify } from "yaml";
import { itemsOf } from "../../src/cli/inputs/recorded.ts";
import { placeOf } from "../../src/cli/report/place.ts";
import { Folder } from "./run.ts";

const URI = "file:///seen";
const ITEMS = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", annotations: { note: 'a "[{\n\n- text: }]' } } },
  { apiVersion: "v1", kind: "Pod", metadata: { name: "web", labels: {} }, spec: { containers: [{ name: "app" }] } },
];
const LIST = { apiVersion: "v1", items: ITEMS, kind: "List", metadata: { resourceVersion: "" } };

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
  "one object": stringify(ITEMS[0]),
  "a list with another document behind it": `${FORMS.YAML}---\n${stringify(ITEMS[0])}`,
  "a list of another kind": stringify({ ...LIST, kind: "PodList" }, { indentSeq: false }),
  "a list of another kind as JSON": JSON.stringify({ ...LIST, kind: "PodList" }),
  "a list that ends in the middle": JSON.stringify(LIST).slice(0, -40),
  "an empty list": stringify({ ...LIST, items: [] }),
  "an empty list as JSON": JSON.stringify({ ...LIST, items: [] }),
};

describe("a recording", () => {
  for (const [form, text] of Object.entries(FORMS)) {
    it(`in ${form} is read item by item, each where it stands`, () => {
      const items = itemsOf({ uri: URI, text });
      assert.deepEqual(
        items.map((item) => parse(item.text)),
        ITEMS,
      );
      for (const [index, item] of items.entries()) {
        const kind = ITEMS[index]?.kind ?? "";
        const offset = item.text.indexOf(kind);
        const line = item.text.slice(0, offset).split("\n").length - 1;
        const character = offset - (item.text.lastIndexOf("\n", offset) + 1);
        const { file, range } = placeOf(
          { uri: item.uri, range: { start: { line, character }, end: { line, character } } },
          "/",
        );
        assert.equal(file, "seen");
        assert.ok(text.split("\n")[range.start.line]?.slice(range.start.character).startsWith(kind));
      }
    });
  }
  for (const [what, text] of Object.entries(OTHERS)) {
    it(`of ${what} is left as it is`, () => assert.deepEqual(itemsOf({ uri: URI, text }), [{ uri: URI, text }]));
  }

  it("can be as long as those of a real cluster", () => {
    const folder = new Folder();
    const pods = Array.from({ length: 300 }, (_, index) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: `p${index}`,
        namespace: "default",
        annotations: { long: "x".repeat(6000) },
        creationTimestamp: "2026-01-01T00:00:00Z",
      },
      spec: { containers: [{ name: "app", image: "example/app" }] },
      status: { phase: "Running" },
    }));
    folder.write("seen.json", JSON.stringify({ ...LIST, items: pods }, undefined, 4));
    const { code, err } = folder.run(["check", "lab", "--observed", "seen.json"]);
    folder.remove();
    assert.deepEqual({ code, err }, { code: 1, err: "" });
  }).timeout(20_000);
});
