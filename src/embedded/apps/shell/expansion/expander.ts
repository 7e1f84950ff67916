/** Words to fields: expansions, splitting, paths of a pattern. `text` expands without the last two. */
import type { BraceExpansionPart, DoubleQuotedChild, ParsedScript, Word, WordPart } from "unbash";
import { Failure } from "../program.ts";
import type { Shell } from "../shell.ts";
import { evaluate, type Variables } from "./arithmetic.ts";
import { type Operands, parameter, requiredValue } from "./parameter.ts";
import { expandPath, isPattern, literal, unescaped } from "./pattern.ts";

/** A piece of a word. `split`: came from an expansion outside quotes. `active`: its `*?[` are a pattern. `break`: a field ends here. */
type Piece =
  | {
      readonly type: "text";
      readonly text: string;
      readonly quoted: boolean;
      readonly split: boolean;
      readonly active: boolean;
    }
  | { readonly type: "break" };

type Text = Extract<Piece, { type: "text" }>;

export interface Expander {
  fields(words: readonly Word[]): Promise<readonly string[]>;
  text(word: Word): Promise<string>;
  /** With what was quoted made literal by backslashes. */
  pattern(word: Word): Promise<string>;
  parts(parts: readonly WordPart[]): Promise<string>;
  readonly variables: Variables;
}

/** Runs a script and gives what it writes. */
type Substitute = (script: ParsedScript) => Promise<string>;
type Expansion = Exclude<DoubleQuotedChild, { type: "Literal" }>;

export function expander(shell: Shell, substitute: Substitute): Expander {
  const variables: Variables = {
    get: (name) => requiredValue(shell, name),
    set: (name, value) => void shell.variables.set(name, value),
    word: async ({ parts, value }) => {
      if (parts) return joined(await pieces(parts));
      return value.startsWith("$") ? requiredValue(shell, value.slice(1)) : value;
    },
    command: ({ script }) => (script ? substitute(script) : Promise.resolve("")),
  };
  const valueOfPart = (part: Expansion) => expanded(shell, part, substitute, { text, pattern }, variables);

  async function fields(words: readonly Word[]): Promise<readonly string[]> {
    const all: string[] = [];
    for (const word of words) {
      for (const parts of braced(partsOf(word))) all.push(...paths(toFields(shell, await pieces(parts)), shell));
    }
    return all;
  }
  async function text(word: Word): Promise<string> {
    return joined(await pieces(partsOf(word)));
  }
  async function pattern(word: Word): Promise<string> {
    const found = await pieces(partsOf(word));
    return found
      .map((piece) => (piece.type === "break" ? " " : piece.active ? piece.text : literal(piece.text)))
      .join("");
  }
  async function pieces(parts: readonly WordPart[]): Promise<readonly Piece[]> {
    const all: Piece[] = [];
    for (const [index, part] of parts.entries()) all.push(...(await piecesOf(shell, part, index === 0, valueOfPart)));
    return all;
  }
  return { fields, text, pattern, parts: async (parts) => joined(await pieces(parts)), variables };
}

type ValueOf = (part: Expansion) => Promise<string>;

async function piecesOf(shell: Shell, part: WordPart, first: boolean, value: ValueOf): Promise<readonly Piece[]> {
  switch (part.type) {
    case "Literal":
      return [quoted(first ? withHome(shell, part.value, part.text) : part.value, false)];
    case "Glob":
    case "ExtendedGlob":
      return [{ type: "text", text: part.text, quoted: false, split: false, active: true }];
    case "SingleQuoted":
    case "AnsiCQuoted":
      return [quoted(part.value)];
    case "DoubleQuoted":
    case "LocaleString":
      return doubleQuoted(shell, part.parts, value);
    case "BraceExpansion":
      return [quoted(part.text, false)];
    case "ProcessSubstitution":
      throw new Failure("process substitution is not built in", 2);
    default: {
      const splitting = (text: string): Piece => ({ type: "text", text, quoted: false, split: true, active: true });
      if (isAll(part, "@") || isAll(part, "*")) return broken(shell.positional.map(splitting));
      return [splitting(await value(part))];
    }
  }
}

function withHome(shell: Shell, value: string, text: string): string {
  return /^~(?=\/|$)/.test(text) ? value.replace("~", shell.variables.get("HOME") ?? "/root") : value;
}

async function doubleQuoted(
  shell: Shell,
  parts: readonly DoubleQuotedChild[],
  value: ValueOf,
): Promise<readonly Piece[]> {
  const all: Piece[] = parts.length === 0 ? [quoted("")] : [];
  for (const part of parts) {
    if (part.type === "Literal") all.push(quoted(part.value));
    else if (isAll(part, "@")) all.push(...broken(shell.positional.map((each) => quoted(each))));
    else all.push(quoted(await value(part)));
  }
  return all;
}

async function expanded(
  shell: Shell,
  part: Expansion,
  substitute: Substitute,
  operands: Operands,
  variables: Variables,
): Promise<string> {
  switch (part.type) {
    case "SimpleExpansion":
      return requiredValue(shell, part.text.slice(1));
    case "ParameterExpansion":
      return parameter(shell, part, operands);
    case "CommandExpansion":
      return part.script ? (await substitute(part.script)).replace(/\n+$/, "") : "";
    case "ArithmeticExpansion":
      return part.expression ? String(await evaluate(part.expression, variables)) : "0";
  }
}

function partsOf(word: Word): readonly WordPart[] {
  return word.parts ?? [{ type: "Literal", pos: word.pos, end: word.end, value: word.value, text: word.text }];
}

function quoted(text: string, isQuoted = true): Piece {
  return { type: "text", text, quoted: isQuoted, split: false, active: false };
}

function isAll(part: WordPart, name: "@" | "*"): boolean {
  if (part.type === "SimpleExpansion") return part.text === `$${name}`;
  return (
    part.type === "ParameterExpansion" &&
    part.parameter === name &&
    part.operation === undefined &&
    part.prefix === undefined
  );
}

function broken(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.flatMap((piece, index): Piece[] => (index === 0 ? [piece] : [{ type: "break" }, piece]));
}

function joined(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (piece.type === "break" ? " " : piece.text)).join("");
}

/** Fields as patterns: what must stay literal is escaped. */
function toFields(shell: Shell, pieces: readonly Piece[]): readonly string[] {
  const separators = shell.variables.get("IFS") ?? " \t\n";
  const groups: Text[][] = [[]];
  for (const piece of pieces.flatMap((each) => atSeparators(each, separators))) {
    if (piece.type === "break") groups.push([]);
    else if (piece.quoted || piece.text !== "") groups.at(-1)?.push(piece);
  }
  return groups.filter((group) => group.length > 0).map((group) => group.map(patternOf).join(""));
}

function atSeparators(piece: Piece, separators: string): readonly Piece[] {
  if (piece.type === "break" || !piece.split || separators === "") return [piece];
  return broken(split(piece.text, separators).map((text) => ({ ...piece, text })));
}

function patternOf({ text, active, split }: Text): string {
  if (!active) return literal(text);
  return split ? text.replaceAll("\\", "\\\\") : text;
}

function split(text: string, separators: string): readonly string[] {
  const set = separators.replace(/[\\\]^-]/g, "\\$&");
  return text.split(new RegExp(/^\s+$/.test(separators) ? `[${set}]+` : `[${set}]`));
}

function paths(fields: readonly string[], shell: Shell): readonly string[] {
  return fields.flatMap((field) => {
    const found =
      isPattern(field) && !shell.options.has("noglob") ? expandPath(field, shell.cwd, shell.context.files) : [];
    return found.length > 0 ? found : [unescaped(field)];
  });
}

/** `a{1..3}` is three words. */
function braced(parts: readonly WordPart[]): readonly (readonly WordPart[])[] {
  return parts.reduce<readonly (readonly WordPart[])[]>(
    (words, part) => {
      const alternatives = part.type === "BraceExpansion" ? alternativesOf(part) : [part];
      return words.flatMap((word) => alternatives.map((alternative) => [...word, alternative]));
    },
    [[]],
  );
}

function alternativesOf(part: BraceExpansionPart): readonly WordPart[] {
  const inside = part.text.slice(1, -1);
  const range = /^(-?\d+)\.\.(-?\d+)$/.exec(inside);
  const values = range ? sequence(Number(range[1]), Number(range[2])) : inside.split(",");
  return values.map((value) => ({ type: "Literal", pos: part.pos, end: part.end, value, text: value }));
}

const LONGEST_RANGE = 10_000;

function sequence(from: number, to: number): readonly string[] {
  const length = Math.min(Math.abs(to - from) + 1, LONGEST_RANGE);
  return Array.from({ length }, (_, index) => String(from + (to < from ? -index : index)));
}
