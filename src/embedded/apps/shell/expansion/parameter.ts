/** `$name` and `${name…}`: the value of a parameter, and what an operator makes of it. */
import type { ParameterExpansionPart, ParameterOperation, Word } from "unbash";
import { Fatal, type Shell } from "../shell.ts";
import { patternSource } from "./pattern.ts";

/** Expands words inside an operator: to text, or to a pattern whose quoted characters are literal. */
export interface Operands {
  text(word: Word): Promise<string>;
  pattern(word: Word): Promise<string>;
}

export function valueNamed(shell: Shell, name: string): string | undefined {
  if (/^\d+$/.test(name)) return name === "0" ? shell.name : shell.positional[Number(name) - 1];
  switch (name) {
    case "?":
      return String(shell.status);
    case "#":
      return String(shell.positional.length);
    case "@":
    case "*":
      return shell.positional.length > 0 ? shell.positional.join(" ") : undefined;
    case "$":
      return "7";
    case "!":
      return shell.lastJob === undefined ? undefined : String(shell.lastJob);
    case "-":
      return "";
    case "RANDOM":
      return String(Math.floor(Math.random() * 32768));
    case "SECONDS":
      return String(Math.floor(performance.now() / 1000));
    default:
      return shell.variables.get(name);
  }
}

/** As `valueNamed`, but `set -u` refuses what is not set. */
export function requiredValue(shell: Shell, name: string): string {
  const value = valueNamed(shell, name);
  if (value === undefined && shell.options.has("nounset") && !/^[@*]$/.test(name)) {
    throw new Fatal(`${name}: parameter not set`);
  }
  return value ?? "";
}

export async function parameter(shell: Shell, part: ParameterExpansionPart, operands: Operands): Promise<string> {
  if (part.index !== undefined || part.prefix === "!") throw new Fatal("bad substitution");
  const name = part.parameter;
  if (part.prefix === "#") return String(requiredValue(shell, name).length);
  if (part.operation === undefined) return requiredValue(shell, name);
  if (part.operation.type === "Default") return orDefault(shell, name, part.operation, operands);
  return changed(requiredValue(shell, name), part.operation, operands);
}

type Default = Extract<ParameterOperation, { type: "Default" }>;

async function orDefault(
  shell: Shell,
  name: string,
  { operator, operand }: Default,
  operands: Operands,
): Promise<string> {
  const value = valueNamed(shell, name);
  const there = value !== undefined && !(operator.startsWith(":") && value === "");
  switch (operator.replace(":", "")) {
    case "+":
      return there ? operands.text(operand) : "";
    case "-":
      return there ? value : operands.text(operand);
    case "=": {
      if (there) return value;
      const text = await operands.text(operand);
      shell.variables.set(name, text);
      return text;
    }
    default: {
      if (there) return value;
      const message = await operands.text(operand);
      throw new Fatal(`${name}: ${message === "" ? "parameter not set" : message}`);
    }
  }
}

async function changed(
  value: string,
  operation: Exclude<ParameterOperation, Default>,
  operands: Operands,
): Promise<string> {
  switch (operation.type) {
    case "Remove":
      return removed(value, operation.operator, await operands.pattern(operation.operand));
    case "Replace": {
      const pattern = patternSource(await operands.pattern(operation.pattern));
      const source =
        operation.operator === "/#" ? `^${pattern}` : operation.operator === "/%" ? `${pattern}$` : pattern;
      const replacement = await operands.text(operation.replacement);
      return value.replace(new RegExp(source, operation.operator === "//" ? "g" : ""), () => replacement);
    }
    case "Slice": {
      const offset = Number(await operands.text(operation.offset));
      const length = operation.length === undefined ? undefined : Number(await operands.text(operation.length));
      const start = offset < 0 ? value.length + offset : offset;
      return value.slice(start, length === undefined ? undefined : length < 0 ? length : start + length);
    }
    case "CaseModification": {
      const change = (text: string) => (operation.operator.startsWith("^") ? text.toUpperCase() : text.toLowerCase());
      return operation.operator.length === 2 ? change(value) : change(value.slice(0, 1)) + value.slice(1);
    }
    default:
      throw new Fatal("bad substitution");
  }
}

function removed(value: string, operator: "#" | "##" | "%" | "%%", pattern: string): string {
  const source = patternSource(pattern, "[\\s\\S]*", operator === "#");
  if (operator.startsWith("#")) return value.replace(new RegExp(`^${source}`), "");
  const fits = new RegExp(`^${source}$`);
  const starts = Array.from({ length: value.length + 1 }, (_, index) =>
    operator === "%" ? value.length - index : index,
  );
  const start = starts.find((index) => fits.test(value.slice(index)));
  return start === undefined ? value : value.slice(0, start);
}
