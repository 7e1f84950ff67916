/** A row as the editor draws it. */
import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from "vscode";
import type { TreeIcon, TreeRow } from "../../view/trees/node.ts";
import type { NodeRef } from "../../view/trees/trees.ts";
import { commandWith } from "../commands.ts";
import { MUTED } from "./muted.ts";

const ICONS: Readonly<Record<TreeIcon, ThemeIcon>> = {
  namespace: new ThemeIcon("symbol-namespace"),
  "in-mesh": new ThemeIcon("shield"),
  ambient: new ThemeIcon("cloud"),
  gateway: new ThemeIcon("globe"),
  outside: new ThemeIcon("circle-outline"),
  restart: new ThemeIcon("refresh"),
  port: new ThemeIcon("plug"),
  works: new ThemeIcon("pass", new ThemeColor("testing.iconPassed")),
  breaks: new ThemeIcon("error", new ThemeColor("testing.iconFailed")),
  unknown: new ThemeIcon("question", new ThemeColor("descriptionForeground")),
  scope: new ThemeIcon("globe"),
  policy: new ThemeIcon("law"),
  rule: new ThemeIcon("arrow-swap"),
  idle: new ThemeIcon("circle-slash", new ThemeColor("disabledForeground")),
};

export function toItem({ tree, id }: NodeRef, row: TreeRow | undefined): TreeItem {
  const item = new TreeItem(row?.label ?? "", TreeItemCollapsibleState.None);
  item.id = id;
  if (row === undefined) return item;
  if (row.opens === "children") item.collapsibleState = TreeItemCollapsibleState.Collapsed;
  item.description = row.description;
  item.iconPath = ICONS[row.icon];
  item.accessibilityInformation = { label: row.accessibility, role: "treeitem" };
  item.contextValue = row.leadsTo.join(" ");
  if (row.muted) item.resourceUri = MUTED;
  // A row with children opens on a click; for its manifest there is a button.
  if (row.opens === "nothing" && row.leadsTo.includes("manifest")) {
    item.command = commandWith("mtlsLens.openManifest", "Open Manifest", { tree, id });
  }
  return item;
}
