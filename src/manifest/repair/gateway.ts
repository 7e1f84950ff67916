/**
 * A Gateway whose fields stand at the wrong depth, as it is often pasted: `name` beside `metadata`, `selector` beside
 * `spec`, `hosts` beside its list item. One problem says all of it, and carries the corrected text.
 */
import { headOf } from "../decode/decode.ts";
import type { ManifestProblem, Span } from "../problem.ts";
import { readTree } from "../yaml/tree.ts";
import { treeValue } from "../yaml/value.ts";
import { type Moved, reindent } from "./reindent.ts";
import { GATEWAY } from "./shape.ts";

/** A problem whose words name a line: they are finished once the place of the document in its file is known. */
export interface LineProblem extends Omit<ManifestProblem, "says"> {
  readonly says: (lineOf: (offset: number) => number) => string;
}

const API_VERSION = "networking.istio.io/v1";

/** Undefined for text that is no Gateway, or is wrong in another way, or is right. */
export function gatewayIndentation(text: string): LineProblem | undefined {
  if (!/^kind: *Gateway *(?:#.*)?\r?$/m.test(text) || !/^apiVersion: *networking\.istio\.io\//m.test(text))
    return undefined;
  const span = solidSpan(text);
  const lineBreak = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text.slice(span.start, span.end).split(/\r?\n/);
  const result = reindent(lines, GATEWAY);
  if (!result || result.moved.length === 0) return undefined;
  const newText = result.lines.join(lineBreak).replace(/^(apiVersion:) *\S+/m, `$1 ${API_VERSION}`);
  if (!isGateway(newText)) return undefined;
  return {
    code: "gateway-indentation",
    span,
    says: (lineOf) => words(result.moved, (line) => lineOf(offsetOf(lines, line, lineBreak) + span.start)),
    repair: { title: "Indent the fields of this Gateway where they belong", newText },
  };
}

function solidSpan(text: string): Span {
  const start = text.length - text.trimStart().length;
  return { start, end: Math.max(start, text.trimEnd().length) };
}

function isGateway(text: string): boolean {
  const tree = readTree(text);
  if (typeof tree === "string" || tree.errors.length > 0) return false;
  const read = treeValue(tree, text, []);
  if (typeof read === "string" || headOf(read.value)?.apiVersion !== API_VERSION) return false;
  const { metadata, spec } = read.value as {
    readonly metadata?: { name?: unknown };
    readonly spec?: { servers?: unknown };
  };
  return typeof metadata?.name === "string" && Array.isArray(spec?.servers);
}

/** `lineOf` gives the number of a line of the document in its file. */
function words(moved: readonly Moved[], lineOf: (line: number) => number): string {
  const beside = moved.filter(({ fault }) => fault === "beside its parent");
  const outside = moved.filter(({ fault }) => fault === "beside its list item");
  const parents = [...new Set(beside.map(({ parent }) => parent))];
  const faults: string[] = [];
  const steps: string[] = [];
  if (beside.length > 0) {
    const [is, them] = parents.length > 1 ? ["are", "them"] : ["is", "it"];
    const stand = beside.length > 1 ? "stand" : "stands";
    faults.push(
      `${list(parents)} ${is} empty because ${list(keys(beside))} ${stand} beside ${them}, not under ${them}`,
    );
    for (const parent of parents) {
      steps.push(`${list(keys(beside.filter((one) => one.parent === parent)))} under ${parent}`);
    }
  }
  for (const { key, parent, line } of outside) {
    faults.push(
      `${key} stands beside its item of ${parent} instead of inside it, a syntax error at line ${lineOf(line)}`,
    );
    steps.push(`${key} inside the item of ${parent}`);
  }
  return `${faults.join("; ")}. Indent ${list(steps)}.`;
}

function keys(moved: readonly Moved[]): readonly string[] {
  return [...new Set(moved.map(({ key }) => key))];
}

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

function offsetOf(lines: readonly string[], line: number, lineBreak: string): number {
  return lines.slice(0, line).reduce((sum, text) => sum + text.length + lineBreak.length, 0);
}
