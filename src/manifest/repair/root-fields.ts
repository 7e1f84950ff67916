/** Fields of `metadata` or `spec` that stand beside them at the root, so that these are empty: indents them where they belong. */
import { isMap, type Node, type Pair, type YAMLMap } from "yaml";
import type { Span } from "../problem.ts";
import { afterColon, spanOf } from "../yaml/locate.ts";
import type { Tree } from "../yaml/tree.ts";
import { keyOf } from "../yaml/value.ts";

const ROOT = ["apiVersion", "kind", "metadata", "spec", "status"];
const METADATA = ["name", "generateName", "namespace", "labels", "annotations"];

export interface RootFieldsRepair {
  readonly span: Span;
  readonly newText: string;
  /** The fields that stand at the wrong depth, in their order. */
  readonly moved: readonly string[];
}

/** Undefined unless `metadata` is empty and its name stands directly below it at the root. */
export function repairRootFields(tree: Tree): RootFieldsRepair | undefined {
  const root = tree.root;
  if (tree.errors.length > 0 || !isMap(root) || root.flow) return undefined;
  const misplaced = misplacedFields(tree, root);
  const keys = misplaced.map(({ key }) => keyOf(tree, key) ?? "");
  const first = misplaced[0];
  const last = misplaced.at(-1);
  if (!first || !last || !keys.some((key) => key === "name" || key === "generateName")) return undefined;
  const span = { start: startOf(tree, first), end: endOf(tree, last) };
  const inner = new Set(misplaced);
  let newText = "";
  let copied = span.start;
  for (const pair of root.items.filter((item) => inner.has(item))) {
    const [start, end] = [startOf(tree, pair), endOf(tree, pair)];
    newText += tree.text.slice(copied, start) + tree.text.slice(start, end).replace(/^(?=[^\r\n])/gm, "  ");
    copied = end;
  }
  return { span, newText, moved: keys };
}

/** What follows an empty `metadata` or `spec` and cannot be a field of the root. */
function misplacedFields(tree: Tree, root: YAMLMap): readonly Pair[] {
  const misplaced: Pair[] = [];
  let parent: string | undefined;
  for (const pair of root.items) {
    const key = keyOf(tree, pair.key) ?? "";
    const fits = parent === "metadata" ? METADATA.includes(key) : parent === "spec" && !ROOT.includes(key);
    if (fits) misplaced.push(pair);
    else parent = isEmpty(tree, pair) ? key : undefined;
  }
  return misplaced;
}

function isEmpty(tree: Tree, pair: Pair): boolean {
  const { start, end } = pair.value ? spanOf(tree, pair.value as Node) : { start: 0, end: 0 };
  return start === end;
}

function startOf(tree: Tree, pair: Pair): number {
  return spanOf(tree, pair.key as Node).start;
}

function endOf(tree: Tree, pair: Pair): number {
  const key = spanOf(tree, pair.key as Node);
  const value = pair.value ? spanOf(tree, pair.value as Node) : key;
  return Math.max(value.end, afterColon(tree, key));
}
