/** Which node of a YAML tree a JSON pointer names, and where its text stands. */
import { isMap, isPair, isScalar, isSeq, type Node, type Pair, visit, type YAMLMap } from "yaml";
import { type Pointer, under } from "../../mesh/resources/meta.ts";
import type { FieldSpans, Span } from "../problem.ts";
import { rangeOf } from "./spot.ts";
import { isMergeKey, mergedMaps, resolve, type Tree } from "./tree.ts";
import { keyOf } from "./value.ts";

/** A field of the tree as it is written: aliases are not followed on the last step. */
export interface Place {
  readonly node: unknown;
  readonly key?: Node;
  /** The map that holds the entry. For a merged field it is the map that was merged in. */
  readonly parent?: Node;
}

export function placeOf(tree: Tree, pointer: Pointer): Place | undefined {
  let place: Place = { node: tree.root };
  for (const token of tokensOf(pointer)) {
    const next = child(tree, resolve(tree, place.node), token);
    if (!next) return undefined;
    place = next;
  }
  return place;
}

export function spansAt(tree: Tree, pointer: Pointer): FieldSpans | undefined {
  const place = placeOf(tree, pointer);
  return place && spansOf(tree, place);
}

/** Offsets into the tree's text. A value behind an alias stands where its anchor is. */
export function spansOf(tree: Tree, place: Place): FieldSpans {
  const keySpan = place.key && spanOf(tree, place.key);
  const node = resolve(tree, place.node) ?? place.node;
  const written = isNode(node) ? spanOf(tree, node) : { start: 0, end: 0 };
  if (!keySpan) return { value: written };
  const colon = afterColon(tree, keySpan);
  return { key: keySpan, value: written.start < written.end ? written : { start: colon, end: colon } };
}

/** Behind the colon of a key; behind the key where it has none. */
export function afterColon(tree: Tree, key: Span): number {
  return colonAfter(tree.text, key);
}

export function colonAfter(text: string, key: Span): number {
  const colon = /\s*:/y;
  colon.lastIndex = key.end;
  return colon.test(text) ? colon.lastIndex : key.end;
}

/** What a node covers: without the line breaks and comments that follow a block. */
export function spanOf(tree: Tree, node: Node): Span {
  return { start: rangeOf(node)[0], end: contentEnd(tree, node) };
}

/** The innermost map or list whose content stands on both sides of the offset. */
export function pointerAround(tree: Tree, offset: number): Pointer {
  let pointer = "";
  let node = resolve(tree, tree.root);
  for (;;) {
    const inner = childrenOf(tree, node).find(
      ([, value]) => (isMap(value) || isSeq(value)) && rangeOf(value)[0] <= offset && offset < contentEnd(tree, value),
    );
    if (!inner) return pointer;
    pointer = under(pointer, inner[0]);
    node = inner[1];
  }
}

/** The field that was written last before the offset. */
export function pointerBefore(tree: Tree, offset: number): Pointer {
  let pointer = "";
  let node = resolve(tree, tree.root);
  for (;;) {
    const last = childrenOf(tree, node).findLast(([, value, key]) => rangeOf((key ?? value) as Node)[0] < offset);
    if (!last) return pointer;
    pointer = under(pointer, last[0]);
    node = last[1];
  }
}

/** The scalar, key or value, whose text reaches up to the offset. */
export function errorScalar(tree: Tree, offset: number): Span | undefined {
  const inside = (node: Node) => rangeOf(node)[0] <= offset && offset <= rangeOf(node)[2];
  let node: unknown = tree.root;
  while (isMap(node) || isSeq(node)) {
    const parts: readonly unknown[] = node.items.flatMap((item) => (isPair(item) ? [item.key, item.value] : [item]));
    node = parts.findLast((part) => isNode(part) && inside(part));
  }
  return isScalar(node) ? spanOf(tree, node) : undefined;
}

/** Whether every span stands inside some block scalar (`|` or `>`). */
export function inBlockScalars(tree: Tree, spans: readonly Span[]): boolean {
  const blocks: Span[] = [];
  visit(tree.root ?? null, {
    Scalar: (_key, node) => {
      const [start, , end] = rangeOf(node);
      if (node.type?.startsWith("BLOCK")) blocks.push({ start, end });
    },
  });
  let index = 0;
  return [...spans]
    .sort((a, b) => a.start - b.start)
    .every((span) => {
      while ((blocks[index]?.end ?? span.end) < span.end) index++;
      return (blocks[index]?.start ?? span.end) < span.start;
    });
}

export function tokensOf(pointer: Pointer): readonly string[] {
  const tokens = pointer.split("/").slice(1);
  return tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function child(tree: Tree, node: unknown, token: string): Place | undefined {
  if (isMap(node)) return entry(tree, node, token);
  if (!isSeq(node) || !/^\d+$/.test(token) || Number(token) >= node.items.length) return undefined;
  return { node: node.items[Number(token)], parent: node as Node };
}

/** The last of equal keys, then merged maps in their order. */
function entry(tree: Tree, map: YAMLMap, name: string): Place | undefined {
  const own = map.items.findLast((pair) => !isMergeKey(pair.key) && keyOf(tree, pair.key) === name);
  if (own) return { node: own.value, key: own.key as Node, parent: map };
  for (const pair of map.items.filter(({ key }) => isMergeKey(key)).reverse()) {
    for (const part of mergedMaps(tree, pair.value)) {
      const merged = entry(tree, resolve(tree, part) as YAMLMap, name);
      if (merged) return merged;
    }
  }
  return undefined;
}

/** Name, value and key of each entry that has a place in the text. */
function childrenOf(tree: Tree, node: unknown): readonly (readonly [string | number, unknown, Node?])[] {
  if (isSeq(node)) return node.items.flatMap((item, index) => (isNode(item) ? [[index, item] as const] : []));
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => (isNode(key) ? [[keyOf(tree, key) ?? "", value, key] as const] : []));
}

function contentEnd(tree: Tree, node: Node): number {
  const [, valueEnd] = rangeOf(node);
  if (isScalar(node)) return node.type?.startsWith("BLOCK") ? trimmed(tree, rangeOf(node)[0], valueEnd) : valueEnd;
  const isBlock = (isMap(node) || isSeq(node)) && !node.flow;
  const last: unknown = isBlock ? node.items.at(-1) : undefined;
  if (last === undefined) return valueEnd;
  if (isNode(last)) return contentEnd(tree, last);
  const { key, value } = last as Pair;
  const end = isNode(value) ? contentEnd(tree, value) : 0;
  return Math.max(end, isNode(key) ? rangeOf(key)[1] : 0);
}

function trimmed(tree: Tree, start: number, end: number): number {
  return start + tree.text.slice(start, end).trimEnd().length;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "range" in value;
}
