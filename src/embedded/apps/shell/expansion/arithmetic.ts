/** `$((…))`: integers of 64 bits, with the operators of C. */
import type { ArithmeticExpression, ArithmeticUnary, ArithmeticWord } from "unbash";
import { Fatal } from "../shell.ts";

export interface Variables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  /** Text of a word that holds expansions of its own. */
  word(word: ArithmeticWord): Promise<string>;
  command(expression: Extract<ArithmeticExpression, { type: "ArithmeticCommandExpansion" }>): Promise<string>;
}

export async function evaluate(expression: ArithmeticExpression, variables: Variables): Promise<bigint> {
  switch (expression.type) {
    case "ArithmeticGroup":
      return evaluate(expression.expression, variables);
    case "ArithmeticTernary":
      return evaluate(
        (await evaluate(expression.test, variables)) !== 0n ? expression.consequent : expression.alternate,
        variables,
      );
    case "ArithmeticWord":
      return number(await variables.word(expression), variables);
    case "ArithmeticCommandExpansion":
      return number(await variables.command(expression), variables);
    case "ArithmeticUnary":
      return unary(expression, variables);
    case "ArithmeticBinary":
      return binary(expression.operator, expression.left, expression.right, variables);
  }
}

/** Decimal, 0x…, 0… or a variable's value. */
function number(text: string, variables: Variables, depth = 0): bigint {
  const trimmed = text.trim();
  if (trimmed === "") return 0n;
  if (/^[A-Za-z_]\w*$/.test(trimmed) && depth < 20) return number(variables.get(trimmed) ?? "", variables, depth + 1);
  if (/^-\d+$/.test(trimmed)) return BigInt(trimmed);
  if (/^(0[xX][\da-fA-F]+|[1-9]\d*|0)$/.test(trimmed)) return BigInt(trimmed);
  if (/^0[0-7]+$/.test(trimmed)) return BigInt(`0o${trimmed}`);
  throw new Fatal("arithmetic syntax error");
}

async function unary({ operator, operand, prefix }: ArithmeticUnary, variables: Variables): Promise<bigint> {
  const value = await evaluate(operand, variables);
  switch (operator) {
    case "-":
      return -value;
    case "+":
      return value;
    case "!":
      return value === 0n ? 1n : 0n;
    case "~":
      return ~value;
    default: {
      const next = operator === "++" ? value + 1n : value - 1n;
      variables.set(nameOf(operand), String(next));
      return prefix ? next : value;
    }
  }
}

function nameOf(expression: ArithmeticExpression): string {
  if (expression.type === "ArithmeticWord" && /^[A-Za-z_]\w*$/.test(expression.value)) return expression.value;
  throw new Fatal("arithmetic syntax error");
}

async function binary(
  operator: string,
  left: ArithmeticExpression,
  right: ArithmeticExpression,
  variables: Variables,
): Promise<bigint> {
  if (operator === "&&" || operator === "||") {
    const first = (await evaluate(left, variables)) !== 0n;
    if (first === (operator === "||")) return first ? 1n : 0n;
    return (await evaluate(right, variables)) !== 0n ? 1n : 0n;
  }
  if (/^(?:[-+*/%&|^]|<<|>>)?=$/.test(operator)) {
    const value =
      operator === "=" ? await evaluate(right, variables) : await binary(operator.slice(0, -1), left, right, variables);
    variables.set(nameOf(left), String(value));
    return value;
  }
  const apply = OPERATORS[operator];
  if (apply === undefined) throw new Fatal("arithmetic syntax error");
  return BigInt.asIntN(64, apply(await evaluate(left, variables), await evaluate(right, variables)));
}

const truth = (value: boolean): bigint => (value ? 1n : 0n);

function divisor(value: bigint): bigint {
  if (value === 0n) throw new Fatal("divide by zero");
  return value;
}

const OPERATORS: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / divisor(b),
  "%": (a, b) => a % divisor(b),
  "**": (a, b) => a ** (b > 64n ? 64n : b),
  "<<": (a, b) => a << (b & 63n),
  ">>": (a, b) => a >> (b & 63n),
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<": (a, b) => truth(a < b),
  ">": (a, b) => truth(a > b),
  "<=": (a, b) => truth(a <= b),
  ">=": (a, b) => truth(a >= b),
  "==": (a, b) => truth(a === b),
  "!=": (a, b) => truth(a !== b),
  ",": (_, b) => b,
};
