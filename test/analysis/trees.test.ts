/** After an edit the trees that were shown are those of a new start, told by the rows that differ alone. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startAnalysis } from "../../src/analysis/analysis.ts";
import type { TreeChanges } from "../../src/protocol/analysis.ts";
import type { TreeName, TreeRow } from "../../src/view/trees/node.ts";
import { corpus } from "../bench/corpus.ts";

const TREES: readonly TreeName[] = ["mesh", "policies"];
type Texts = ReadonlyMap<string, string>;

const uriOf = (path: string) => `file:///w/${path}`;

/** What an editor holds: the rows by id, and each parent's children. */
class Shown {
  readonly told: TreeChanges[] = [];
  readonly #rows = new Map<string, TreeRow>();
  readonly #children = new Map<string, readonly string[]>();
  readonly #analysis = startAnalysis({
    views: () => undefined,
    progress: () => undefined,
    failure: ({ says }) => assert.fail(says),
    trees: (changes) => this.told.push(changes),
  });

  constructor(texts: Texts) {
    this.give(texts);
  }

  give(texts: Texts): void {
    this.#analysis.told.contents({ files: [...texts].map(([path, text]) => ({ uri: uriOf(path), text })) });
  }

  /** Opens a node as deep as its rows go. */
  async open(tree: TreeName, id = "", depth = 9): Promise<void> {
    const rows = await this.#analysis.asked.treeChildren({ tree, id });
    this.#children.set(
      `${tree} ${id}`,
      rows.map((row) => row.id),
    );
    for (const row of rows) this.#rows.set(`${tree} ${row.id}`, row);
    for (const { id: child } of depth > 0 ? rows : []) await this.open(tree, child, depth - 1);
  }

  /** Takes in what was told, as the editor does: rows in place, and children again where those differ. */
  async settle(): Promise<void> {
    await this.#analysis.asked.settled({});
    for (const { rows, parents } of this.told) {
      for (const { tree, row } of rows) this.#rows.set(`${tree} ${row.id}`, row);
      for (const { tree, id } of parents) await this.open(tree, id);
    }
  }

  drawn(tree: TreeName, id = ""): readonly unknown[] {
    const ids = this.#children.get(`${tree} ${id}`) ?? [];
    return ids.map((child) => [this.#rows.get(`${tree} ${child}`), this.drawn(tree, child)]);
  }
}

async function opened(texts: Texts): Promise<Shown> {
  const shown = new Shown(texts);
  for (const tree of TREES) await shown.open(tree);
  await shown.settle();
  shown.told.length = 0;
  return shown;
}

const texts: Texts = new Map(corpus(4).map(({ path, text }) => [path, text]));

function edit(path: string, from: string | RegExp, to: string): Texts {
  const text = texts.get(path)?.replace(from, to);
  assert.ok(text !== undefined && text !== texts.get(path), `${path} has no ${from}`);
  return new Map([[path, text]]);
}

describe("the trees after an edit", () => {
  const cases: Readonly<Record<string, Texts>> = {
    "the mode of a namespace": edit("team-003/1-base.yaml", /mode: \w+/, "mode: STRICT"),
    "the mode of a workload": edit("team-001/2-shop.yaml", "    mode: PERMISSIVE", "    mode: DISABLE"),
    "the mode of the mesh": edit("team-000/2-shop.yaml", "mode: PERMISSIVE", "mode: STRICT"),
    "the name of a workload": edit(
      "team-001/2-shop.yaml",
      /kind: Deployment\nmetadata:\n {2}name: [\w-]+/,
      "kind: Deployment\nmetadata:\n  name: renamed",
    ),
    "a file without its objects": new Map([["team-002/2-shop.yaml", ""]]),
    "a line above everything": edit("team-001/2-shop.yaml", /^/, "# moved\n"),
  };
  for (const [name, change] of Object.entries(cases)) {
    it(`of ${name} are those of a new start`, async () => {
      const shown = await opened(texts);
      shown.give(change);
      await shown.settle();
      const fresh = await opened(new Map([...texts, ...change]));
      for (const tree of TREES) assert.deepEqual(shown.drawn(tree), fresh.drawn(tree));
    }).timeout(20_000);
  }

  it("of a policy tell only the rows that it touches", async () => {
    const shown = await opened(texts);
    shown.give(edit("team-001/2-shop.yaml", "    mode: PERMISSIVE", "    mode: DISABLE"));
    await shown.settle();
    const rows = shown.told.flatMap((changes) => changes.rows.map(({ tree, row }) => `${tree} ${row.id}`));
    assert.ok(rows.length > 0 && rows.length <= 12, rows.join("\n"));
    assert.deepEqual(
      rows.filter((each) => !each.includes("team-001")),
      [],
    );
    assert.deepEqual(
      shown.told.flatMap(({ parents }) => parents),
      [],
    );
  });

  it("tell nothing of nodes that nobody opened", async () => {
    const shown = new Shown(texts);
    await shown.open("mesh", "", 0);
    await shown.settle();
    shown.told.length = 0;
    shown.give(edit("team-001/2-shop.yaml", "    mode: PERMISSIVE", "    mode: DISABLE"));
    await shown.settle();
    assert.deepEqual(
      shown.told.flatMap(({ rows }) => rows.filter(({ row }) => row.id.includes("/"))),
      [],
    );
  });

  it("count the callers that break in lab 1, and none when it is permissive", async () => {
    const lab = join(import.meta.dirname, "../../media/labs/mutual-tls/workspace");
    const names = ["customers-v1", "gateway", "observed", "strict-mtls", "vs-customers-gateway", "web-frontend"];
    const read = (name: string) => readFileSync(join(lab, `${name}.yaml`), "utf8");
    const shown = new Shown(new Map(names.map((name) => [`${name}.yaml`, read(name)])));
    await shown.settle();
    shown.give(new Map([["strict-mtls.yaml", read("strict-mtls").replace("STRICT", "PERMISSIVE")]]));
    await shown.settle();
    assert.deepEqual(
      shown.told.map(({ breaks, badge }) => [breaks, badge]),
      [
        [1, "1 known caller breaks"],
        [0, "No known caller breaks"],
      ],
    );
  });
});
