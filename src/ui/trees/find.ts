/** Finds a workload or policy by name: the editor's own search of a tree looks only at rows that were opened. */
import { type QuickPickItem, window } from "vscode";
import type { NodeRef, TreeEntry } from "../../view/trees/trees.ts";

export async function pickEntry(entries: Promise<readonly TreeEntry[]>): Promise<NodeRef | undefined> {
  const items = entries.then((all) => all.map(toItem));
  const options = {
    placeHolder: "Name of a workload, PeerAuthentication or DestinationRule",
    matchOnDescription: true,
  };
  return (await window.showQuickPick(items, options))?.entry;
}

function toItem(entry: TreeEntry): QuickPickItem & { readonly entry: TreeEntry } {
  return { label: entry.label, description: entry.kind, entry };
}
