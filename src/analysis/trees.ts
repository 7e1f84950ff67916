/**
 * The trees as they were shown: hands out children, and after each revision tells what differs of those handed out. A row
 * that nobody asked for is not made.
 */
import type { AnalysisAsks, TreeChanges } from "../protocol/analysis.ts";
import type { Location } from "../view/place.ts";
import { brokenCallers } from "../view/trees/mesh-tree.ts";
import {
  childrenOf,
  locationOf,
  nodeIn,
  type TreeInput,
  type TreeName,
  type TreeNode,
  type TreeRow,
  type TreeTarget,
} from "../view/trees/node.ts";
import { entriesOf, type NodeRef, nodeAt, treeOf } from "../view/trees/trees.ts";
import { badgeText } from "../view/words/tree.ts";
import type { Listeners } from "../workers/channel.ts";
import type { Workspace } from "./workspace/workspace.ts";

/** Rows by id, in the order shown. */
type Rows = ReadonlyMap<string, TreeRow>;

export class Trees {
  readonly #input: () => TreeInput;
  /** By parent, what was handed out of its children. */
  readonly #shown: Readonly<Record<TreeName, Map<string, Rows>>> = { mesh: new Map(), policies: new Map() };
  #made:
    | { readonly mesh: TreeInput["mesh"]; readonly roots: Readonly<Record<TreeName, readonly TreeNode[]>> }
    | undefined;
  #breaks = 0;
  /** The revision that was told last. */
  #told: number | undefined;

  constructor(input: () => TreeInput) {
    this.#input = input;
  }

  childrenOf({ tree, id }: NodeRef): readonly TreeRow[] {
    const rows = this.#rows(tree, id);
    if (rows === undefined) return [];
    this.#shown[tree].set(id, rows);
    return [...rows.values()];
  }

  tooltipOf({ tree, id }: NodeRef): string | undefined {
    return nodeIn(this.#roots(tree), id)?.tooltip();
  }

  placeOf({ tree, id }: NodeRef, target: TreeTarget): Location | undefined {
    return locationOf(this.#input().locate, nodeIn(this.#roots(tree), id)?.place(target));
  }

  /** Since the last time; undefined where all is as it was. */
  changes(revision: number): TreeChanges | undefined {
    if (revision === this.#told) return undefined;
    this.#told = revision;
    const input = this.#input();
    const before = this.#breaks;
    this.#breaks = brokenCallers(input);
    const changes = (["mesh", "policies"] as const).map((tree) => this.#changesOf(tree));
    const rows = changes.flatMap((each) => each.rows);
    const parents = changes.flatMap((each) => each.parents);
    if (this.#breaks === before && rows.length + parents.length === 0) return undefined;
    return { breaks: this.#breaks, badge: badgeText(this.#breaks), rows, parents };
  }

  #changesOf(tree: TreeName): Pick<TreeChanges, "rows" | "parents"> {
    const changed: TreeRow[] = [];
    const parents: NodeRef[] = [];
    for (const [id, before] of this.#shown[tree]) {
      const now = this.#rows(tree, id);
      if (now === undefined) {
        this.#shown[tree].delete(id);
        continue;
      }
      this.#shown[tree].set(id, now);
      if ([...now.keys()].join("\n") !== [...before.keys()].join("\n")) parents.push({ tree, id });
      changed.push(...[...now.values()].filter((row) => differs(row, before.get(row.id))));
    }
    return { rows: changed.map((row) => ({ tree, row })), parents };
  }

  #rows(tree: TreeName, id: string): Rows | undefined {
    const nodes = childrenOf(this.#roots(tree), id);
    return nodes && new Map(nodes.map((node) => [node.id, node.row()]));
  }

  #roots(tree: TreeName): readonly TreeNode[] {
    const input = this.#input();
    if (this.#made?.mesh !== input.mesh) {
      this.#made = { mesh: input.mesh, roots: { mesh: treeOf(input, "mesh"), policies: treeOf(input, "policies") } };
    }
    return this.#made.roots[tree];
  }
}

/** A row that is new is told with its parent. */
function differs(now: TreeRow, before: TreeRow | undefined): boolean {
  return before !== undefined && now !== before && JSON.stringify(now) !== JSON.stringify(before);
}

type Asks = Pick<AnalysisAsks, "treeChildren" | "treeTooltip" | "treePlace" | "treeNodeAt" | "treeEntries">;

/** Whoever asks first waits until everything is read: a part would show as outside what another file puts into the mesh. */
export function treeAnswers(
  trees: Trees,
  workspace: () => Workspace,
  settled: () => Promise<void>,
): Listeners<Record<string, never>, Asks>["asked"] {
  return {
    async treeChildren(parent) {
      await settled();
      return trees.childrenOf(parent);
    },
    treeTooltip: (ref) => trees.tooltipOf(ref),
    treePlace: ({ target, ...ref }) => trees.placeOf(ref, target),
    treeNodeAt({ uri, position }) {
      const input = workspace().inputOf(uri);
      return input && nodeAt(input, workspace().whole(), position);
    },
    async treeEntries() {
      await settled();
      return entriesOf(workspace().whole());
    },
  };
}
