/** Files laid over others: which version of an object stays. */
import assert from "node:assert/strict";
import { overlaid } from "../../src/cli/inputs/overlay.ts";
import { readManifest } from "../../src/manifest/read-manifest.ts";

const object = (name: string, more = "") =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: a${more} }\n`;
const RECORDED = ", creationTimestamp: 2026-01-01T00:00:00Z";

function file(name: string, ...objects: readonly string[]) {
  const uri = `file:///${name}.yaml`;
  const text = objects.join("---\n");
  return { uri, text, manifest: readManifest(uri, text, { defaultNamespace: "" }) };
}

function laid(below: readonly ReturnType<typeof file>[], above: readonly ReturnType<typeof file>[]): readonly string[] {
  return overlaid(below, above).flatMap(({ manifest }) =>
    manifest.documents.flatMap(({ resources }) =>
      resources.map(({ name, source }) => `${source.uri.slice(8, -5)} ${name}`),
    ),
  );
}

describe("files that are laid over others", () => {
  it("replace the objects that both define and leave the rest, by the names of the files", () => {
    const below = [file("a", object("one"), object("two")), file("c", object("one"))];
    assert.deepEqual(laid(below, [file("b", object("one"), object("three"))]), ["a two", "b one", "b three"]);
  });
  it("stand for themselves where they are among the others", () => {
    assert.deepEqual(laid([file("a", object("one"), object("two"))], [file("a", object("one"))]), ["a one"]);
  });
  it("leave what a server recorded of their objects, which tells the age", () => {
    assert.deepEqual(laid([file("seen", object("one", RECORDED))], [file("b", object("one"))]), ["b one", "seen one"]);
  });
  it("replace what a server recorded where they are a recording themselves", () => {
    assert.deepEqual(laid([file("seen", object("one", RECORDED))], [file("b", object("one", RECORDED))]), ["b one"]);
  });
  it("change nothing where there are none", () => {
    const below = [file("a", object("one"))];
    assert.equal(overlaid(below, [])[0], below[0]);
  });
});
