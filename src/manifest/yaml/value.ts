/**
 * The JSON value of a YAML tree as Kubernetes would send it: Kubernetes' scalars, aliases and merge keys resolved, the
 * last of duplicate keys. Places that a template or a syntax error touches are marked as faults, never guessed.
 */
import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import { markIncomplete, unread } from "../decode/fault.ts";
import type { Span } from "../problem.ts";
import { BUDGET, type Excess } from "./budget.ts";
import { keyText, plainScalar, type ScalarValue, taggedScalar } from "./scalar.ts";
import { errorWithin, rangeOf, type Spot, spotOn } from "./spot.ts";
import { isMergeKey, mergedMaps, resolve, type Tree } from "./tree.ts";

/** A key or an alias at its place. */
export interface NamedSpan {
  readonly name: string;
  readonly span: Span;
}

export interface TreeValue {
  readonly value: unknown;
  readonly duplicateKeys: readonly NamedSpan[];
  /** Aliases that no anchor before them defines. */
  readonly strayAliases: readonly NamedSpan[];
}

interface Walk {
  readonly tree: Tree;
  /** The text as written; the tree's own has its template actions masked. */
  readonly text: string;
  readonly spots: readonly Spot[];
  readonly duplicateKeys: NamedSpan[];
  readonly strayAliases: NamedSpan[];
  nodes: number;
  aliases: number;
  excess?: Excess;
}

/** `text` as written, where the tree's own has masks; `spots` in the order of the text. */
export function treeValue(tree: Tree, text: string, spots: readonly Spot[]): TreeValue | Excess {
  const walk: Walk = { tree, text, spots, duplicateKeys: [], strayAliases: [], nodes: 0, aliases: 0 };
  const value = nodeValue(walk, tree.root, 0);
  return walk.excess ?? { value, duplicateKeys: walk.duplicateKeys, strayAliases: walk.strayAliases };
}

/** The text of a key, or undefined for a map or a list as a key, which JSON cannot say. */
export function keyOf(tree: Tree, key: unknown): string | undefined {
  const node = resolve(tree, key);
  return isScalar(node) ? keyText(scalarValue(node)) : undefined;
}

export function scalarValue(scalar: Scalar): ScalarValue {
  if (scalar.tag) return taggedScalar(scalar.tag, String(scalar.value));
  return scalar.type === "PLAIN" ? plainScalar(String(scalar.value)) : String(scalar.value);
}

function nodeValue(walk: Walk, node: unknown, depth: number): unknown {
  if (walk.excess) return undefined;
  if (++walk.nodes > BUDGET.nodes) return exceed(walk, "nodes");
  if (isAlias(node)) return aliasValue(walk, node, depth);
  if (isScalar(node)) return scalarOrFault(walk, node);
  if (isMap(node)) return depth < BUDGET.depth ? mapValue(walk, node, depth) : exceed(walk, "depth");
  if (isSeq(node)) return depth < BUDGET.depth ? listValue(walk, node, depth) : exceed(walk, "depth");
  return null;
}

function aliasValue(walk: Walk, alias: Alias, depth: number): unknown {
  if (++walk.aliases > BUDGET.aliases) return exceed(walk, "aliases");
  const target = resolve(walk.tree, alias);
  if (target) return nodeValue(walk, target, depth);
  walk.strayAliases.push({ span: spanOf(alias), name: alias.source });
  return unread({ why: "unfinished", says: `is *${alias.source}, which nothing above it defines` });
}

function scalarOrFault(walk: Walk, scalar: Scalar): unknown {
  const spot = spotOn(walk.spots, scalar);
  if (!spot) return scalarValue(scalar);
  const { start, end } = spanOf(scalar);
  return unread({ ...spot.fault, text: walk.text.slice(start, end).replace(/^(['"])(.*)\1$/s, "$2") });
}

function listValue(walk: Walk, list: YAMLSeq, depth: number): unknown {
  const value = list.items.map((item) => nodeValue(walk, item, depth + 1));
  return marked(walk, list, value);
}

/** Merged entries come first, so that the map's own entries replace them; of equal keys the last counts. */
function mapValue(walk: Walk, map: YAMLMap, depth: number): unknown {
  const value: Record<string, unknown> = {};
  for (const pair of map.items) {
    if (isMergeKey(pair.key)) mergeInto(walk, value, pair.value, depth);
  }
  const seen = new Set<string>();
  for (const pair of map.items) {
    if (isMergeKey(pair.key)) continue;
    walk.nodes++;
    const key = resolve(walk.tree, pair.key);
    const fault = isScalar(key) ? spotOn(walk.spots, key)?.fault : undefined;
    if (fault) markIncomplete(value, fault);
    const name = fault ? undefined : keyOf(walk.tree, key);
    const read = nodeValue(walk, pair.value, depth + 1);
    if (name === undefined) continue;
    if (seen.has(name)) walk.duplicateKeys.push({ name, span: spanOf(pair.key as Node) });
    seen.add(name);
    setEntry(value, name, read);
  }
  return marked(walk, map, value);
}

function mergeInto(walk: Walk, into: object, merged: unknown, depth: number): void {
  for (const part of [...mergedMaps(walk.tree, merged)].reverse()) {
    const value = isAlias(part) ? aliasValue(walk, part, depth + 1) : nodeValue(walk, part, depth + 1);
    for (const [name, entry] of Object.entries(value ?? {})) setEntry(into, name, entry);
  }
}

/** Invariant: a key named `__proto__` is an entry like any other. */
function setEntry(map: object, name: string, value: unknown): void {
  Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
}

function marked(walk: Walk, node: YAMLMap | YAMLSeq, value: object): object {
  const spot = errorWithin(walk.spots, node);
  if (spot) markIncomplete(value, spot.fault);
  return value;
}

function spanOf(node: Node): Span {
  const [start, end] = rangeOf(node);
  return { start, end };
}

function exceed(walk: Walk, excess: Excess): undefined {
  walk.excess = excess;
  return undefined;
}
