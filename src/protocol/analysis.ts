/**
 * Messages between the extension host (or the command line) and the analysis worker.
 * The host tells what changed and asks for what it shows; the worker tells of every revision.
 */

import type { HoverView } from "../view/hover.ts";
import type { LensView } from "../view/lens.ts";
import type { Location, Position, Range } from "../view/place.ts";
import type { FixView, ProblemView, Severity } from "../view/problem.ts";
import type { TreeName, TreeRow, TreeTarget } from "../view/trees/node.ts";
import type { NodeRef, TreeEntry } from "../view/trees/trees.ts";

/** What a person set. Namespaces by name, with the labels that are true there. */
export interface AnalysisSettings {
  readonly namespaceLabels: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Namespace of objects that name none and have no kustomization; `""` for Kubernetes' `default`. */
  readonly defaultNamespace: string;
  /** By code, where it is another than that of the check. */
  readonly severity?: Readonly<Record<string, Severity | "off">>;
}

/** Unasked, from the host. Texts win over files as long as they are open. */
export type ToAnalysis = {
  settings: AnalysisSettings;
  /** Files on disk that the worker reads itself. */
  files: { readonly uris: readonly string[] };
  /** Contents of files that the worker cannot read itself (virtual workspaces). */
  contents: { readonly files: readonly FileContent[] };
  opened: { readonly uri: string; readonly version: number; readonly text: string };
  closed: { readonly uri: string };
  removed: { readonly uris: readonly string[] };
};

export type FileContent = { readonly uri: string } & ({ readonly text: string } | Unreadable);

export interface Unreadable {
  /** Why, for people, and what to do. */
  readonly unreadable: string;
}

/** Unasked, from the worker. */
export type FromAnalysis = {
  /** Views of files whose views changed. A file that is absent keeps its views of the revision before. */
  views: { readonly revision: number; readonly files: readonly FileViews[] };
  /** What differs of the nodes that were asked for, and how many known callers break. */
  trees: TreeChanges;
  /** Files read of those that are to be read. Ends with both equal. */
  progress: { readonly read: number; readonly total: number };
  /** A defect of the program while it looked at one file. The others go on. */
  failure: { readonly says: string; readonly stack: string };
};

export interface TreeChanges {
  readonly breaks: number;
  /** The same as a sentence. */
  readonly badge: string;
  /** Rows that say something else. */
  readonly rows: readonly { readonly tree: TreeName; readonly row: TreeRow }[];
  /** Nodes with other children, or the same in another order; the id of the roots' parent is `""`. */
  readonly parents: readonly NodeRef[];
}

export interface FileViews {
  readonly uri: string;
  /** Version of the open document; absent for files on disk. */
  readonly version?: number;
  /** Why the file could not be read, for people; then there are no views. */
  readonly unreadable?: string;
  /** Of open documents only. */
  readonly lenses: readonly LensView[];
  readonly problems: readonly ProblemView[];
}

/** Asks of the host with their replies. `undefined` where there is nothing to show. */
export type AnalysisAsks = {
  hover: { ask: { uri: string; position: Position }; reply: HoverView | undefined };
  fixes: { ask: { uri: string; range: Range }; reply: readonly FixView[] };
  /** Of a node that is gone: none. */
  treeChildren: { ask: NodeRef; reply: readonly TreeRow[] };
  treeTooltip: { ask: NodeRef; reply: string | undefined };
  /** Where a row leads, as the lines are now. */
  treePlace: { ask: NodeRef & { readonly target: TreeTarget }; reply: Location | undefined };
  /** The node of the object at a place. */
  treeNodeAt: { ask: { uri: string; position: Position }; reply: NodeRef | undefined };
  treeEntries: { ask: Record<string, never>; reply: readonly TreeEntry[] };
  /** Settles when everything told before is in the views; for the command line and tests. */
  settled: { ask: Record<string, never>; reply: { revision: number; files: readonly FileViews[] } };
};
