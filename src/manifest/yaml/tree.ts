/**
 * The YAML tree of one document, read within the budget. The parser is fed token by token, so that hostile text is cut
 * off at the first level or value too many instead of after the work is done.
 */
import {
  type Alias,
  Composer,
  CST,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  Parser,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { BUDGET, type Excess } from "./budget.ts";

export interface Tree {
  readonly text: string;
  readonly root: Node | undefined;
  readonly errors: readonly YAMLError[];
  /** What each alias stands for. An alias without an anchor before it is absent. */
  readonly anchored: ReadonlyMap<Alias, Node>;
}

/** Scalars are resolved by Kubernetes' rules, not by a schema of the library; duplicate keys are found in linear time. */
const OPTIONS = {
  version: "1.1",
  schema: "failsafe",
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: "silent",
} as const;

/** Total: whatever the text, the answer is a tree or what was too much of it. */
export function readTree(text: string): Tree | Excess {
  if (text.length > BUDGET.characters) return "characters";
  try {
    const tokens = readTokens(text);
    if (typeof tokens === "string") return tokens;
    const [document] = new Composer(OPTIONS).compose(tokens, true, text.length);
    const root = document?.contents ?? undefined;
    return { text, root, errors: document?.errors ?? [], anchored: anchors(root, text) };
  } catch {
    // The library overflows the stack only on nesting that the token loop does not see.
    return "depth";
  }
}

function readTokens(text: string): readonly CST.Token[] | Excess {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let nodes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    // The document itself, and the scalar at hand, are on the stack too.
    if (parser.stack.length > BUDGET.depth + 2) return "depth";
    if (startsValue(lexeme) && ++nodes > BUDGET.nodes) return "nodes";
  }
  return [...tokens, ...parser.end()];
}

function startsValue(lexeme: string): boolean {
  const type = CST.tokenType(lexeme);
  return type === "scalar" || type === "alias" || type === "single-quoted-scalar" || type === "double-quoted-scalar";
}

function anchors(root: Node | undefined, text: string): ReadonlyMap<Alias, Node> {
  const anchored = new Map<Alias, Node>();
  if (!text.includes("*")) return anchored;
  const byName = new Map<string, Node>();
  const visit = (node: unknown): void => {
    if (isAlias(node)) {
      const target = byName.get(node.source);
      if (target) anchored.set(node, target);
    } else if (isPair(node)) {
      visit(node.key);
      visit(node.value);
    } else if (isScalar(node) || isCollection(node)) {
      if (isCollection(node)) node.items.forEach(visit);
      // Set behind the content: an alias inside its own anchor stands for nothing, so that no walk runs in circles.
      if (node.anchor) byName.set(node.anchor, node as Node);
    }
  };
  visit(root);
  return anchored;
}

export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === "PLAIN" && key.source === "<<";
}

/** The maps that a `<<` entry brings in, or aliases of them, those that win first. */
export function mergedMaps(tree: Tree, value: unknown): readonly (Alias | YAMLMap)[] {
  const isMergeable = (node: unknown): node is Alias | YAMLMap => isMap(resolve(tree, node));
  if (isMergeable(value)) return [value];
  const node = resolve(tree, value);
  return isSeq(node) ? node.items.filter(isMergeable) : [];
}

export function resolve(tree: Tree, node: unknown): unknown {
  return isAlias(node) ? tree.anchored.get(node) : node;
}
