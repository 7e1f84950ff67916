/** The two views of the container "mTLS Lens", and the commands that lead from them to the text and back. */
import { Disposable, type TreeView, window } from "vscode";
import type { TreeChanges } from "../../protocol/analysis.ts";
import type { TreeName, TreeTarget } from "../../view/trees/node.ts";
import type { NodeRef } from "../../view/trees/trees.ts";
import { NOT_IN_TREE } from "../../view/words/next-steps.ts";
import type { AnalysisWorker } from "../analysis-worker.ts";
import { registerCommand, setContext } from "../commands.ts";
import { VIEWS } from "../contributions.ts";
import type { Guard } from "../guard.ts";
import { fromPosition, toLocation } from "../show/places.ts";
import { pickEntry } from "./find.ts";
import { registerMuted } from "./muted.ts";
import { registerNextSteps } from "./next-steps.ts";
import { type Element, Tree } from "./tree.ts";

export interface Shown {
  readonly data: Tree;
  readonly view: TreeView<Element>;
}

export interface Trees extends Disposable {
  readonly shown: Readonly<Record<TreeName, Shown>>;
  accept(changes: TreeChanges): void;
}

/** `fed` settles when the analysis was told of the workspace: before that it would say that nothing is there. */
export function registerTrees(guard: Guard, analysis: AnalysisWorker, fed: Promise<unknown>): Trees {
  const show = (tree: TreeName): Shown => {
    const children = guard(`show the tree ${tree}`, async (parent: NodeRef) => {
      await fed;
      const rows = await analysis.ask("treeChildren", parent);
      void setContext("setContext", "mtlsLens.files", "read");
      return rows;
    });
    const tooltip = guard("say what a row rests on", (node: NodeRef) => analysis.ask("treeTooltip", node));
    const data = new Tree(tree, { children: async (parent) => (await children(parent)) ?? [], tooltip });
    return { data, view: window.createTreeView(VIEWS[tree], { treeDataProvider: data, showCollapseAll: true }) };
  };
  void setContext("setContext", "mtlsLens.running", true);
  const shown = { mesh: show("mesh"), policies: show("policies") };
  const all = Object.values(shown);
  const reveal = ({ tree, id }: NodeRef) =>
    shown[tree].view.reveal(shown[tree].data.element(id), { select: true, focus: true, expand: true });
  const registered = Disposable.from(
    ...all.flatMap(({ data, view }) => [data, view]),
    registerMuted(),
    registerNextSteps(guard),
    registerPlaces(guard, analysis),
    registerCommand(guard, "mtlsLens.showInTree", () => showInTree(analysis, reveal)),
    registerCommand(guard, "mtlsLens.findInTree", async () => {
      const picked = await pickEntry(analysis.ask("treeEntries", {}));
      if (picked !== undefined) await reveal(picked);
    }),
  );
  return {
    shown,
    accept(changes) {
      for (const { data } of all) data.accept(changes);
      const { breaks, badge } = changes;
      shown.mesh.view.badge = breaks === 0 ? undefined : { value: breaks, tooltip: badge };
    },
    dispose() {
      void setContext("setContext", "mtlsLens.running", false);
      registered.dispose();
    },
  };
}

function registerPlaces(guard: Guard, analysis: AnalysisWorker): Disposable {
  const open = async ({ tree, id }: NodeRef, target: TreeTarget) => {
    const place = await analysis.ask("treePlace", { tree, id, target });
    if (place === undefined) return;
    const { uri, range } = toLocation(place);
    await window.showTextDocument(uri, { selection: range });
  };
  return Disposable.from(
    registerCommand(guard, "mtlsLens.openManifest", (node) => open(node, "manifest")),
    registerCommand(guard, "mtlsLens.openDecider", (node) => open(node, "decider")),
  );
}

async function showInTree(analysis: AnalysisWorker, reveal: (node: NodeRef) => Thenable<void>): Promise<void> {
  const editor = window.activeTextEditor;
  if (editor === undefined) return;
  const at = { uri: editor.document.uri.toString(), position: fromPosition(editor.selection.active) };
  const node = await analysis.ask("treeNodeAt", at);
  if (node === undefined) void window.showInformationMessage(NOT_IN_TREE);
  else await reveal(node);
}
