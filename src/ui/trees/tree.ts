/** One tree as the editor asks for it. Elements stay the same objects as long as their ids live: the editor goes by them. */
import { type Event, EventEmitter, type TreeDataProvider, type TreeItem } from "vscode";
import type { TreeChanges } from "../../protocol/analysis.ts";
import type { TreeName, TreeRow } from "../../view/trees/node.ts";
import type { NodeRef } from "../../view/trees/trees.ts";
import { toItem } from "./item.ts";

export interface Element extends NodeRef {
  row?: TreeRow;
}

export interface Asked {
  children(parent: NodeRef): Promise<readonly TreeRow[]>;
  tooltip(node: NodeRef): Promise<string | undefined>;
}

export class Tree implements TreeDataProvider<Element> {
  readonly #tree: TreeName;
  readonly #ask: Asked;
  readonly #elements = new Map<string, Element>();
  readonly #changed = new EventEmitter<Element | undefined>();
  readonly onDidChangeTreeData: Event<Element | undefined> = this.#changed.event;

  constructor(tree: TreeName, ask: Asked) {
    this.#tree = tree;
    this.#ask = ask;
  }

  element(id: string): Element {
    const known = this.#elements.get(id);
    if (known !== undefined) return known;
    const made: Element = { tree: this.#tree, id };
    this.#elements.set(id, made);
    return made;
  }

  async getChildren(parent?: Element): Promise<Element[]> {
    const rows = await this.#ask.children({ tree: this.#tree, id: parent?.id ?? "" });
    return rows.map((row) => Object.assign(this.element(row.id), { row }));
  }

  /** A node that is to be revealed was never shown: its row comes with its siblings. */
  async getTreeItem(element: Element): Promise<TreeItem> {
    if (element.row === undefined) await this.getChildren(this.getParent(element));
    return toItem(element, element.row);
  }

  async resolveTreeItem(item: TreeItem, { tree, id }: Element): Promise<TreeItem> {
    const tooltip = await this.#ask.tooltip({ tree, id });
    if (tooltip !== undefined) item.tooltip = tooltip;
    return item;
  }

  getParent({ id }: Element): Element | undefined {
    const end = id.lastIndexOf("/");
    return end < 0 ? undefined : this.element(id.slice(0, end));
  }

  /** Only what differs is drawn again, so that selection, expansion and scrolling stay. */
  accept({ rows, parents }: TreeChanges): void {
    const again = new Set<Element | undefined>();
    for (const { tree, row } of rows) if (tree === this.#tree) again.add(Object.assign(this.element(row.id), { row }));
    for (const { tree, id } of parents) if (tree === this.#tree) again.add(id === "" ? undefined : this.element(id));
    for (const element of again) this.#changed.fire(element);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
