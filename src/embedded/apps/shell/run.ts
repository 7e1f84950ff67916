/** Runs what was parsed: lists, conditions, loops, pipelines, subshells. Simple commands are in `command`. */
import { PassThrough } from "node:stream";
import type {
  AndOr,
  ArithmeticFor,
  Case,
  CommandNode,
  For,
  If,
  ParsedScript,
  Pipeline,
  Script,
  Statement,
  While,
} from "unbash";
import { inBackground } from "./background.ts";
import { simpleCommand } from "./command.ts";
import { evaluate } from "./expansion/arithmetic.ts";
import { type Expander, expander } from "./expansion/expander.ts";
import { matches } from "./expansion/pattern.ts";
import { BROKEN_PIPE, Failure } from "./program.ts";
import { redirected } from "./redirect.ts";
import { breathe, DEEPEST, Exit, type Io, Jump, type Shell, subshell } from "./shell.ts";
import { collector, Input, inputOf } from "./streams.ts";
import { testExpression } from "./test.ts";

/** Runs in this shell; ends early by `Exit`, `Jump` or `Interrupted`. */
export async function runList(shell: Shell, statements: readonly Statement[], io: Io): Promise<number> {
  for (const { command, background } of statements) {
    await breathe(shell);
    shell.status = background
      ? inBackground(shell, (inner) =>
          inSubshell(inner, (copy) => runNode(copy, command, { ...io, stdin: inputOf("") })),
        )
      : await runNode(shell, command, io);
  }
  return shell.status;
}

/** Runs in a copy of the shell, whose `exit` and `break` end there. */
export async function inSubshell(
  shell: Shell,
  run: (copy: Shell) => Promise<number>,
  signal = shell.signal,
): Promise<number> {
  if (shell.depth >= DEEPEST) throw new Failure("Maximum function recursion depth exceeded", 2);
  try {
    return await run(subshell(shell, signal));
  } catch (error) {
    if (error instanceof Exit) return error.code;
    if (error instanceof Jump) return 0;
    throw error;
  }
}

export function expanderOf(shell: Shell, io: Io): Expander {
  return expander(shell, async (script: ParsedScript) => {
    const { output, text } = collector();
    shell.status = await inSubshell(shell, (copy) => runList(copy, script.commands, { ...io, stdout: output }));
    return text();
  });
}

async function runNode(shell: Shell, node: AndOr | Pipeline | CommandNode, io: Io): Promise<number> {
  if (node.type === "AndOr") return andOr(shell, node, io);
  if (node.type === "Pipeline") return pipeline(shell, node, io);
  const status = await command(shell, node, io);
  const fatal = status !== 0 && shell.options.has("errexit") && shell.conditions === 0;
  if (fatal && node.type !== "If" && node.type !== "For" && node.type !== "While") throw new Exit(status);
  return status;
}

async function andOr(shell: Shell, { commands, operators }: AndOr, io: Io): Promise<number> {
  let status = 0;
  for (const [index, node] of commands.entries()) {
    const operator = operators[index - 1];
    if (index > 0 && (status === 0) !== (operator === "&&")) continue;
    const last = index === commands.length - 1;
    status = last ? await runNode(shell, node, io) : await condition(shell, () => runNode(shell, node, io));
    shell.status = status;
  }
  return status;
}

async function condition(shell: Shell, run: () => Promise<number>): Promise<number> {
  shell.conditions += 1;
  try {
    return await run();
  } finally {
    shell.conditions -= 1;
  }
}

async function pipeline(shell: Shell, node: Pipeline, io: Io): Promise<number> {
  const negated = node.prefixes.filter(({ type }) => type === "Negation").length % 2 === 1;
  const run = () => stages(shell, node, io);
  const began = performance.now();
  const status = negated ? await condition(shell, run) : await run();
  if (node.prefixes.some(({ type }) => type === "Time")) {
    const seconds = (performance.now() - began) / 1000;
    io.stderr(`real\t${Math.floor(seconds / 60)}m ${(seconds % 60).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`);
  }
  return negated ? Number(status === 0) : status;
}

async function stages(shell: Shell, { commands, operators }: Pipeline, io: Io): Promise<number> {
  const [only] = commands;
  if (only !== undefined && commands.length === 1) return runNode(shell, only, io);
  const pipes = commands.slice(1).map(() => new PassThrough().on("error", () => {}));
  const codes = await Promise.all(
    commands.map(async (node, index) => {
      const before = pipes[index - 1];
      const after = pipes[index];
      const write = after && ((chunk: Buffer | string) => void (after.writable && after.write(chunk)));
      const stage: Io = {
        stdin: before ? new Input(before) : io.stdin,
        stdout: write ?? io.stdout,
        stderr: write && operators[index] === "|&" ? write : io.stderr,
      };
      try {
        return await stageCode(shell, node, stage, after);
      } finally {
        after?.end();
        before?.destroy();
      }
    }),
  );
  if (!shell.options.has("pipefail")) return codes.at(-1) ?? 0;
  return codes.findLast((code) => code !== 0) ?? 0;
}

/** A stage ends when nobody reads its pipe any more. */
async function stageCode(shell: Shell, node: CommandNode, io: Io, after: PassThrough | undefined): Promise<number> {
  const unread = new AbortController();
  after?.once("close", () => unread.abort());
  const signal = AbortSignal.any([shell.signal, unread.signal]);
  try {
    return await inSubshell(shell, (copy) => runNode(copy, node, io), signal);
  } catch (error) {
    if (unread.signal.aborted && !shell.signal.aborted) return BROKEN_PIPE;
    if (!(error instanceof Failure)) throw error;
    io.stderr(`${shell.name}: ${error.message}\n`);
    return error.code;
  }
}

async function command(shell: Shell, node: CommandNode, io: Io): Promise<number> {
  switch (node.type) {
    case "Command":
      return simpleCommand(shell, expanderOf(shell, io), node, io);
    case "Redirected":
      return command(shell, node.command, await redirected(shell, expanderOf(shell, io), node.redirects, io));
    case "BraceGroup":
      return runList(shell, node.body.commands, io);
    case "Subshell":
      return inSubshell(shell, (copy) => runList(copy, node.body.commands, io));
    case "If":
      return ifThen(shell, node, io);
    case "While":
      return whileLoop(shell, node, io);
    case "For":
      return forLoop(shell, node, io);
    case "ArithmeticFor":
      return arithmeticFor(shell, node, io);
    case "Case":
      return caseOf(shell, node, io);
    case "Function":
      shell.functions.set(node.name.value, node);
      return 0;
    case "TestCommand":
      return (await testExpression(shell, expanderOf(shell, io), node.expression)) ? 0 : 1;
    case "ArithmeticCommand":
      return node.expression && (await evaluate(node.expression, expanderOf(shell, io).variables)) !== 0n ? 0 : 1;
    default:
      throw new Failure(`${node.type.toLowerCase()} is not built in`, 2);
  }
}

async function ifThen(shell: Shell, node: If, io: Io): Promise<number> {
  for (const { clause, then } of [node, ...node.elif]) {
    if ((await condition(shell, () => runList(shell, clause.commands, io))) === 0)
      return runList(shell, then.commands, io);
  }
  return node.else ? runList(shell, node.else.commands, io) : 0;
}

async function whileLoop(shell: Shell, { kind, clause, body }: While, io: Io): Promise<number> {
  const holds = async () => (await condition(shell, () => runList(shell, clause.commands, io))) === 0;
  return loop(shell, async () => (await holds()) === (kind === "while"), body.commands, io);
}

async function forLoop(shell: Shell, node: For, io: Io): Promise<number> {
  const values = node.wordlist ? await expanderOf(shell, io).fields(node.wordlist) : shell.positional;
  const left = values.values();
  const next = async () => {
    const value = left.next();
    if (!value.done) shell.variables.set(node.name.value, value.value);
    return !value.done;
  };
  return loop(shell, next, node.body.commands, io);
}

async function arithmeticFor(shell: Shell, node: ArithmeticFor, io: Io): Promise<number> {
  const { variables } = expanderOf(shell, io);
  if (node.initialize) await evaluate(node.initialize, variables);
  let first = true;
  const next = async () => {
    if (!first && node.update) await evaluate(node.update, variables);
    first = false;
    return node.test === undefined || (await evaluate(node.test, variables)) !== 0n;
  };
  return loop(shell, next, node.body.commands, io);
}

async function loop(shell: Shell, next: () => Promise<boolean>, body: readonly Statement[], io: Io): Promise<number> {
  let status = 0;
  while (await next()) {
    await breathe(shell);
    try {
      status = await runList(shell, body, io);
    } catch (error) {
      if (!(error instanceof Jump)) throw error;
      if (error.loops > 1) throw new Jump(error.to, error.loops - 1);
      status = 0;
      if (error.to === "break") break;
    }
  }
  return status;
}

async function caseOf(shell: Shell, { word, items }: Case, io: Io): Promise<number> {
  const expand = expanderOf(shell, io);
  const value = await expand.text(word);
  let through = false;
  let status = 0;
  for (const { pattern, body, terminator } of items) {
    const patterns = through ? [] : await Promise.all(pattern.map((each) => expand.pattern(each)));
    if (!through && !patterns.some((each) => matches(value, each))) continue;
    status = await runList(shell, body.commands, io);
    if (terminator !== ";&" && terminator !== ";;&") return status;
    through = terminator === ";&";
  }
  return status;
}

/** Runs a whole script; a syntax error runs nothing of it. */
export async function runScript(shell: Shell, script: ParsedScript | Script, io: Io): Promise<number> {
  const [error] = "errors" in script ? (script.errors ?? []) : [];
  if (error !== undefined) throw new Failure(`syntax error: ${error.message}`, 2);
  return runList(shell, script.commands, io);
}
