/** `test`, `[ … ]` and `[[ … ]]`: conditions on text, numbers and files. */
import { resolve } from "node:path/posix";
import type { TestExpression } from "unbash";
import type { FileSystem } from "../process.ts";
import type { Expander } from "./expansion/expander.ts";
import { matches } from "./expansion/pattern.ts";
import { Failure } from "./program.ts";
import type { Shell } from "./shell.ts";

interface Place {
  readonly cwd: string;
  readonly files: FileSystem;
  isSet(name: string): boolean;
}

const BINARY = new Set(["=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"]);
const UNARY = /^-[abcdefghknprstuvwxzGLNOS]$/;

/** `test a = b -a c = d`, by the grammar of POSIX: `-o` binds weakest, then `-a`, then `!`. */
export function test(args: readonly string[], place: Place): boolean {
  if (args.length === 0) return false;
  const [only = ""] = args;
  if (args.length === 1) return only !== "";
  const rest = [...args];
  const value = or(rest, place);
  if (rest.length > 0) throw new Failure(`${rest[0]}: unknown operand`, 2);
  return value;
}

function or(rest: string[], place: Place): boolean {
  let value = and(rest, place);
  while (rest[0] === "-o") {
    rest.shift();
    const next = and(rest, place);
    value ||= next;
  }
  return value;
}

function and(rest: string[], place: Place): boolean {
  let value = primary(rest, place);
  while (rest[0] === "-a") {
    rest.shift();
    const next = primary(rest, place);
    value &&= next;
  }
  return value;
}

function primary(rest: string[], place: Place): boolean {
  const [first, second, third] = rest;
  if (first === undefined) throw new Failure("argument expected", 2);
  if (second !== undefined && third !== undefined && BINARY.has(second)) {
    rest.splice(0, 3);
    return compare(first, second, third, place);
  }
  rest.shift();
  if (first === "!") return !primary(rest, place);
  if (first === "(") {
    const value = or(rest, place);
    if (rest.shift() !== ")") throw new Failure("closing paren expected", 2);
    return value;
  }
  if (UNARY.test(first) && second !== undefined) {
    rest.shift();
    return unary(first, second, place);
  }
  return first !== "";
}

function unary(operator: string, operand: string, { cwd, files, isSet }: Place): boolean {
  const path = resolve(cwd, operand);
  const isFile = files.read(path) !== undefined;
  const isFolder = files.list(path) !== undefined;
  switch (operator) {
    case "-n":
      return operand !== "";
    case "-z":
      return operand === "";
    case "-f":
      return isFile;
    case "-d":
      return isFolder;
    case "-s":
      return isFolder || (files.read(path)?.length ?? 0) > 0;
    case "-v":
      return isSet(operand);
    case "-e":
    case "-a":
    case "-r":
    case "-w":
    case "-x":
      return isFile || isFolder;
    default:
      return false;
  }
}

function compare(left: string, operator: string, right: string, { cwd }: Place): boolean {
  switch (operator) {
    case "=":
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "-ef":
      return resolve(cwd, left) === resolve(cwd, right);
    case "-nt":
    case "-ot":
      return false;
    default:
      return compareNumbers(integer(left), operator, integer(right));
  }
}

function integer(text: string): number {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new Failure(`${text}: bad number`, 2);
  return Number(text);
}

function compareNumbers(left: number, operator: string, right: number): boolean {
  switch (operator) {
    case "-eq":
      return left === right;
    case "-ne":
      return left !== right;
    case "-lt":
      return left < right;
    case "-le":
      return left <= right;
    case "-gt":
      return left > right;
    default:
      return left >= right;
  }
}

export function placeOf(shell: Shell): Place {
  return { cwd: shell.cwd, files: shell.context.files, isSet: (name) => shell.variables.has(name) };
}

/** `[[ … ]]`: the right side of `=` is a pattern, that of `=~` a regular expression. */
export async function testExpression(shell: Shell, expand: Expander, expression: TestExpression): Promise<boolean> {
  switch (expression.type) {
    case "TestGroup":
      return testExpression(shell, expand, expression.expression);
    case "TestNot":
      return (await testExpression(shell, expand, expression.operand)) === (expression.negations.length % 2 === 0);
    case "TestLogical": {
      for (const operand of expression.operands) {
        const value = await testExpression(shell, expand, operand);
        if (value === (expression.operator === "||")) return value;
      }
      return expression.operator === "&&";
    }
    case "TestUnary":
      return unary(expression.operator, await expand.text(expression.operand), placeOf(shell));
    case "TestBinary": {
      const left = await expand.text(expression.left);
      if (expression.operator === "=~") return new RegExp(await expand.text(expression.right)).test(left);
      if (/^!?==?$/.test(expression.operator)) {
        return matches(left, await expand.pattern(expression.right)) === !expression.operator.startsWith("!");
      }
      return compare(left, expression.operator, await expand.text(expression.right), placeOf(shell));
    }
  }
}
