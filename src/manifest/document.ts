/**
 * One YAML document on its own, whatever file it stands in: its JSON value and what is wrong with it, with offsets into
 * its own text. The result depends on the text only, so that it can be kept as long as the text is the same.
 */
import type { Pointer } from "../mesh/resources/meta.ts";
import type { Fault } from "./decode/fault.ts";
import type { ManifestProblem, Span } from "./problem.ts";
import { gatewayIndentation, type LineProblem } from "./repair/gateway.ts";
import { type Excess, excessSays } from "./yaml/budget.ts";
import { eventsValue, readEvents } from "./yaml/events.ts";
import { inBlockScalars, pointerAround, pointerBefore } from "./yaml/locate.ts";
import { type MaskedText, maskTemplates } from "./yaml/mask.ts";
import { inOrder, type Spot, spot } from "./yaml/spot.ts";
import { syntaxFault } from "./yaml/syntax.ts";
import { readTree, type Tree } from "./yaml/tree.ts";
import { type TreeValue, treeValue } from "./yaml/value.ts";

export interface DocumentReading {
  readonly value: unknown;
  readonly templated: boolean;
  /** Maps and lists with whole lines of template actions between their entries. */
  readonly uncertain: readonly Pointer[];
  readonly problems: readonly (ManifestProblem | LineProblem)[];
}

const TEMPLATED: Fault = { why: "templated", says: "is made by a template" };
const UNFINISHED: Fault = { why: "unfinished", says: "stands at a syntax error" };

/** Beyond this many lines of actions the whole document counts as uncertain: a template with some YAML in it. */
const LINES_PLACED = 200;

/** Nobody reads more of one kind in one document. */
const PROBLEMS = 50;

export function readDocument(text: string): DocumentReading {
  return readPlainDocument(text) ?? readThroughTree(text);
}

/** Undefined where something is said that takes a tree to understand, or is wrong. */
export function readPlainDocument(text: string): DocumentReading | undefined {
  const events = readEvents(text);
  const read = events && eventsValue(text, events);
  if (read === undefined) return undefined;
  const indentation = isObjectText(text) ? gatewayIndentation(text) : undefined;
  return { ...read, templated: false, uncertain: [], problems: indentation ? [indentation] : [] };
}

export function readThroughTree(text: string): DocumentReading {
  const { mask, tree } = parse(text);
  if (typeof tree === "string") return tooLarge(text, excessSays(tree));
  const read = treeValue(tree, text, spotsOf(tree, mask));
  if (typeof read === "string") return tooLarge(text, excessSays(read));
  const templated = mask.inline.length + mask.lines.length > 0;
  const problems = isObjectText(text) && !templated ? problemsOf(tree, read) : [];
  return { value: read.value, templated, uncertain: uncertainPlaces(text, tree, mask), problems };
}

/** The value of YAML that is kept in a field of an object. Undefined when it has errors or is too large. */
export function readYaml(text: string): { readonly value: unknown } | undefined {
  const tree = readTree(text);
  if (typeof tree === "string" || tree.errors.length > 0) return undefined;
  const read = treeValue(tree, text, []);
  return typeof read === "string" || read.strayAliases.length > 0 ? undefined : { value: read.value };
}

/** The tree for places and edits, which are asked for seldom and not kept. */
export function readDocumentTree(text: string): Tree | undefined {
  const { tree } = parse(text);
  return typeof tree === "string" ? undefined : tree;
}

interface Parsed {
  readonly mask: MaskedText;
  readonly tree: Tree | Excess;
}

/** Actions in comments write nothing; those in block scalars only belong to a file or script that the object carries. */
function parse(text: string): Parsed {
  const plain = { text, inline: [], lines: [] };
  if (!text.includes("{{")) return { mask: plain, tree: readTree(text) };
  const mask = maskTemplates(text);
  const tree = readTree(mask.text);
  const actions = [...mask.inline, ...mask.lines].filter((span) => !inComment(text, span));
  const isContent = typeof tree !== "string" && inBlockScalars(tree, actions);
  return isContent ? { mask: plain, tree: readTree(text) } : { mask, tree };
}

/** Looks back a little only: on a line that goes on for ever an action counts as one. */
function inComment(text: string, { start }: Span): boolean {
  const before = text.slice(Math.max(0, start - 500), start);
  return /(?:^|\n)(?:[^\n"'#]*[ \t])?#[^\n]*$/.test(before);
}

function spotsOf(tree: Tree, mask: MaskedText): readonly Spot[] {
  const errors = tree.errors.map(({ pos: [start, end] }) => spot(tree.text, { start, end }, UNFINISHED));
  return inOrder([...errors, ...mask.inline.map((span) => spot(tree.text, span, TEMPLATED))]);
}

function uncertainPlaces(text: string, tree: Tree, mask: MaskedText): readonly Pointer[] {
  const lines = mask.lines.filter(({ start, end }) => !isSilent(text.slice(start, end)));
  if (lines.length > LINES_PLACED) return [""];
  return [...new Set(lines.map((line) => uncertainPlace(text, tree, line)))];
}

/** An action below `labels:` without a value makes that value; any other changes the map or list that it stands in. */
function uncertainPlace(text: string, tree: Tree, line: Span): Pointer {
  const before = text.slice(0, line.start).trimEnd();
  const makesValue =
    before.endsWith(":") && !/^\{\{-?\s*(?:if|else|end|with|range|define|block)\b/.test(text.slice(line.start));
  return makesValue ? pointerBefore(tree, before.length) : pointerAround(tree, line.start);
}

/** Comments and assignments write nothing. */
function isSilent(action: string): boolean {
  return /^\{\{-?\s*(?:\/\*|\$\w+\s*:?=)/.test(action);
}

/** Other YAML than Kubernetes' is not ours to criticise. */
function isObjectText(text: string): boolean {
  return /^[ \t{"'-]*(?:apiVersion|kind)["']?\s*:/m.test(text);
}

/** What a template makes is judged once it is made. */
function problemsOf(tree: Tree, read: TreeValue): DocumentReading["problems"] {
  const indentation = gatewayIndentation(tree.text);
  if (indentation) return [indentation];
  const syntax = syntaxFault(tree);
  const duplicates = read.duplicateKeys.slice(0, PROBLEMS).map(
    ({ name, span }): ManifestProblem => ({
      code: "duplicate-key",
      span,
      says: `${name} stands twice in this map, and only the last one counts. Remove one of them.`,
    }),
  );
  const strays = read.strayAliases.slice(0, PROBLEMS).map(
    ({ name, span }): ManifestProblem => ({
      code: "syntax",
      span,
      says: `*${name} refers to an anchor that does not exist. Define &${name} above it, or write the value itself.`,
    }),
  );
  return [...(syntax ? [{ code: "syntax" as const, ...syntax }] : []), ...strays, ...duplicates];
}

function tooLarge(text: string, says: string): DocumentReading {
  const line = /\S[^\r\n]*/.exec(text);
  const start = line?.index ?? 0;
  const span = { start, end: start + (line?.[0].length ?? 0) };
  return { value: undefined, templated: false, uncertain: [], problems: [{ code: "too-large", span, says }] };
}
