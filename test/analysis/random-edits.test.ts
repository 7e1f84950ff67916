/** After any edits of any workspace the views are those of a new start, although only a part of them was made again. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { type FileText, ManifestReader } from "../../src/analysis/manifests.ts";
import { Workspace } from "../../src/analysis/workspace/workspace.ts";
import { lensesOf } from "../../src/view/lenses/lenses.ts";
import { problemsOf } from "../../src/view/problems/problems.ts";
import { edited, edits, type World, worlds } from "../properties/workspaces.ts";

/** So many by default; more with MTLS_LENS_RUNS. */
const RUNS = Number(process.env.MTLS_LENS_RUNS ?? 25);

function textsOf(world: World): readonly FileText[] {
  return [...world]
    .filter(([, documents]) => documents.length > 0)
    .map(([path, documents]) => ({
      uri: `file:///w/${path}`,
      text: documents.map((each) => stringify(each)).join("---\n"),
    }))
    .toSorted((a, b) => (a.uri < b.uri ? -1 : 1));
}

function viewsOf(workspace: Workspace, uri: string): object {
  const input = workspace.inputOf(uri);
  assert.ok(input, uri);
  return { lenses: lensesOf(input), problems: problemsOf(input).map(({ view }) => view) };
}

function allViews(texts: readonly FileText[]): ReadonlyMap<string, object> {
  const workspace = new Workspace(new ManifestReader().read(texts, ""), { namespaceLabels: {} }, {});
  return new Map(texts.map(({ uri }) => [uri, viewsOf(workspace, uri)]));
}

/** A workspace whose views are made again where an edit says that they can be others. */
class Edited {
  readonly #reader = new ManifestReader();
  #texts: readonly FileText[];
  #workspace: Workspace;
  readonly views = new Map<string, object>();

  constructor(texts: readonly FileText[]) {
    this.#texts = texts;
    this.#workspace = this.#anew(texts);
  }

  give(texts: readonly FileText[]): void {
    const before = new Map(this.#texts.map(({ uri, text }) => [uri, text]));
    this.#texts = texts;
    const same = texts.length === before.size && texts.every(({ uri }) => before.has(uri));
    const files = same ? this.#reader.reread(texts.filter(({ uri, text }) => before.get(uri) !== text)) : undefined;
    const touched = files && this.#workspace.edit(files);
    if (touched === undefined) this.#workspace = this.#anew(texts);
    else for (const uri of touched) this.views.set(uri, viewsOf(this.#workspace, uri));
  }

  #anew(texts: readonly FileText[]): Workspace {
    const workspace = new Workspace(this.#reader.read(texts, ""), { namespaceLabels: {} }, {});
    this.views.clear();
    for (const { uri } of texts) this.views.set(uri, viewsOf(workspace, uri));
    return workspace;
  }
}

describe("the views after edits of any workspace", () => {
  it("are those of a new start", function () {
    this.timeout(RUNS * 1000);
    fc.assert(
      fc.property(worlds, edits, (start, changes) => {
        let world = start;
        const workspace = new Edited(textsOf(world));
        for (const change of changes) {
          world = new Map([...world, edited(world, change)]);
          workspace.give(textsOf(world));
          assert.deepEqual(workspace.views, allViews(textsOf(world)));
        }
      }),
      { numRuns: RUNS, endOnFailure: RUNS > 25 },
    );
  });
});
