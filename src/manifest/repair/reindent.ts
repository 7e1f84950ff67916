/**
 * Indents the lines of an object anew by its shape, whatever their depth: each field goes into the innermost open map
 * that knows it and lacks it. Gives up where a line is more than one entry, or fits nowhere.
 */
import { readTree } from "../yaml/tree.ts";
import type { Shape } from "./shape.ts";

export interface Moved {
  readonly key: string;
  /** The field that the entry belongs under. */
  readonly parent: string;
  /** Index of the line. */
  readonly line: number;
  readonly fault: "beside its parent" | "beside its list item";
}

export interface Reindented {
  readonly lines: readonly string[];
  readonly moved: readonly Moved[];
}

/** A map or list that is open for the lines to come. */
interface Frame {
  readonly name: string;
  readonly shape: Shape;
  /** Column of its entries in the new text. */
  readonly column: number;
  /** Column of the key or dash that opened it, in the old text. */
  readonly opened: number;
  readonly isItem: boolean;
  readonly seen: Set<string>;
}

interface Line {
  readonly column: number;
  readonly dash: boolean;
  readonly key?: string;
  /** What stands behind the colon or dash, comments included. */
  readonly rest: string;
  readonly hasValue: boolean;
}

const ENTRY = /^( *)(- +)?(?:([A-Za-z0-9][\w./-]*):(?: +(.*)|$)|(.+))$/;

/** A longer object was not pasted from a page, and is not worth the time. */
const LINES = 500;

export function reindent(lines: readonly string[], shape: Shape): Reindented | undefined {
  if (lines.length > LINES) return undefined;
  const open: Frame[] = [{ name: "", shape, column: 0, opened: -1, isItem: false, seen: new Set() }];
  const moved: Moved[] = [];
  const written: string[] = [];
  let waiting: string[] = [];
  for (const [index, source] of lines.entries()) {
    if (/^\s*(?:#.*)?$/.test(source)) {
      waiting.push(source.trim());
      continue;
    }
    const line = /^(?:---|\.\.\.)/.test(source) ? undefined : parseLine(source);
    const text = line ? place(line, index, open, moved) : source;
    if (text === undefined || (!line && !/^(?:---|\.\.\.)\s*$/.test(source))) return undefined;
    const indent = /^ */.exec(text)?.[0] ?? "";
    written.push(...waiting.map((comment) => (comment === "" ? "" : `${indent}${comment}`)), text);
    waiting = [];
  }
  return { lines: [...written, ...waiting], moved };
}

function parseLine(source: string): Line | undefined {
  const match = ENTRY.exec(source.trimEnd());
  if (!match || source.includes("\t")) return undefined;
  const [, indent = "", dash, key, behind, scalar] = match;
  const rest = (key === undefined ? scalar : behind) ?? "";
  if (!isWhole(rest)) return undefined;
  const hasValue = rest !== "" && !rest.startsWith("#");
  return { column: indent.length, dash: dash !== undefined, ...(key !== undefined && { key }), rest, hasValue };
}

/** A value that goes on below its line cannot be moved line by line. */
function isWhole(value: string): boolean {
  if (/^[|>]/.test(value)) return false;
  const tree = readTree(value);
  return typeof tree !== "string" && tree.errors.length === 0;
}

/** The new text of the line, or undefined where it fits nowhere. Closes and opens frames. */
function place(line: Line, index: number, open: Frame[], moved: Moved[]): string | undefined {
  if (line.dash) return placeItem(line, open);
  if (line.key === undefined) return undefined;
  const at = frameFor(line, line.key, open);
  const frame = open[at];
  if (!frame) return undefined;
  open.length = at + 1;
  noteMove(line, line.key, index, frame, moved);
  return enter(line, line.key, frame, open, " ".repeat(frame.column));
}

function placeItem(line: Line, open: Frame[]): string | undefined {
  const at = open.findLastIndex(({ shape }) => {
    if (typeof shape === "string" || !("items" in shape)) return false;
    return line.key === undefined ? shape.items === "scalar" : knows(shape.items, line.key);
  });
  const list = open[at];
  if (!list || typeof list.shape === "string" || !("items" in list.shape)) return undefined;
  open.length = at + 1;
  const indent = " ".repeat(list.column);
  if (line.key === undefined) return `${indent}- ${line.rest}`;
  const { name } = list;
  const item = { name, shape: list.shape.items, column: list.column + 2, opened: line.column, isItem: true };
  const frame: Frame = { ...item, seen: new Set() };
  open.push(frame);
  return enter(line, line.key, frame, open, `${indent}- `);
}

/** Writes the entry and opens what its field holds. */
function enter(line: Line, key: string, frame: Frame, open: Frame[], lead: string): string {
  frame.seen.add(key);
  const shape = fieldOf(frame.shape, key);
  if (shape !== undefined && shape !== "scalar" && !line.hasValue) {
    const opened = line.column + (line.dash ? 2 : 0);
    open.push({ name: key, shape, column: frame.column + 2, opened, isItem: false, seen: new Set() });
  }
  return `${lead}${key}:${line.rest === "" ? "" : ` ${line.rest}`}`;
}

/** Entries of a free map stand deeper than its key; only what no other map knows goes into it from elsewhere. */
function frameFor(line: Line, key: string, open: readonly Frame[]): number {
  const isFree = ({ shape, seen }: Frame) => shape === "labels" && line.hasValue && !seen.has(key);
  const inner = open.at(-1);
  if (inner && isFree(inner) && line.column > inner.opened) return open.length - 1;
  const known = open.findLastIndex(({ shape, seen }) => knows(shape, key) && !seen.has(key));
  return known >= 0 ? known : open.findLastIndex(isFree);
}

function noteMove(line: Line, key: string, index: number, frame: Frame, moved: Moved[]): void {
  if (line.column > frame.opened) return;
  const fault = frame.isItem ? "beside its list item" : "beside its parent";
  moved.push({ key, parent: frame.name, line: index, fault });
}

function knows(shape: Shape, key: string): boolean {
  return typeof shape !== "string" && "fields" in shape && Object.hasOwn(shape.fields, key);
}

function fieldOf(shape: Shape, key: string): Shape | undefined {
  return typeof shape !== "string" && "fields" in shape ? shape.fields[key] : undefined;
}
