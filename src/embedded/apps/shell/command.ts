/** Simple commands: assignments, redirections, then a function, a builtin or a program. */
import { resolve } from "node:path/posix";
import { type Assignment, type Command, type Function as FunctionNode, parse } from "unbash";
import { BUILTINS } from "./builtins.ts";
import type { Expander } from "./expansion/expander.ts";
import { Failure, runProgram } from "./program.ts";
import { redirected } from "./redirect.ts";
import { breathe, DEEPEST, Exit, environment, Fatal, type Io, Return, type Shell } from "./shell.ts";

const PROGRAM_FOLDERS = /^\/(?:usr\/(?:local\/)?)?s?bin\//;

export async function simpleCommand(shell: Shell, expand: Expander, node: Command, io: Io): Promise<number> {
  shell.status = node.name === undefined ? 0 : shell.status;
  const words = [
    ...(node.name ? [node.name] : []),
    ...node.args.map((arg) => (arg.type === "Word" ? arg : wordOf(arg))),
  ];
  try {
    const [name, ...args] = await expand.fields(words);
    const own = await redirected(shell, expand, node.redirects, io);
    const assigned = await assignments(expand, node);
    if (shell.options.has("xtrace") && name !== undefined) io.stderr(`+ ${[name, ...args].join(" ")}\n`);
    if (name === undefined) {
      for (const [variable, value] of assigned) shell.variables.set(variable, value(shell.variables.get(variable)));
      return shell.status;
    }
    return await withAssignments(shell, assigned, () => runNamed(shell, name, args, own));
  } catch (error) {
    if (error instanceof Fatal) {
      io.stderr(`${shell.name}: ${error.text}\n`);
      throw new Exit(error.code);
    }
    if (!(error instanceof Failure)) throw error;
    io.stderr(`${shell.name}: ${error.message}\n`);
    return error.code;
  }
}

/** `export a=b` comes as an assignment among the arguments: to the command it is one word. */
function wordOf({ text, pos, end, value }: Assignment) {
  if (value.type === "ArrayValue") throw new Failure("arrays are not built in", 2);
  const name = text.slice(0, text.length - (value.end - value.pos));
  const parts = value.parts ?? [{ type: "Literal" as const, pos, end, value: value.value, text: value.text }];
  return {
    type: "Word" as const,
    text,
    value: name + value.value,
    pos,
    end,
    parts: [{ type: "Literal" as const, pos, end, value: name, text: name }, ...quotedParts(parts)],
  };
}

/** The value of an assignment is one field, whatever it expands to. */
function quotedParts(parts: readonly import("unbash").WordPart[]): readonly import("unbash").WordPart[] {
  return parts.map((part) => {
    switch (part.type) {
      case "SimpleExpansion":
      case "ParameterExpansion":
      case "CommandExpansion":
      case "ArithmeticExpansion":
        return { type: "DoubleQuoted", pos: part.pos, end: part.end, text: part.text, parts: [part] };
      case "Glob":
        return { type: "Literal", pos: part.pos, end: part.end, value: part.text, text: part.text };
      default:
        return part;
    }
  });
}

type Assigned = readonly (readonly [string, (before: string | undefined) => string])[];

async function assignments(expand: Expander, node: Command): Promise<Assigned> {
  const all: [string, (before: string | undefined) => string][] = [];
  for (const item of node.prefix) {
    if (item.type !== "Assignment") continue;
    if (item.value.type === "ArrayValue" || item.index !== undefined) throw new Failure("arrays are not built in", 2);
    const value = await expand.text(item.value);
    all.push([item.name, (before) => (item.append ? (before ?? "") + value : value)]);
  }
  return all;
}

/** `a=b command`: the variable is there, and exported, while the command runs. */
async function withAssignments(shell: Shell, assigned: Assigned, run: () => Promise<number>): Promise<number> {
  if (assigned.length === 0) return run();
  const before = assigned.map(([name]) => ({
    name,
    value: shell.variables.get(name),
    exported: shell.exported.has(name),
  }));
  for (const [name, value] of assigned) {
    shell.variables.set(name, value(shell.variables.get(name)));
    shell.exported.add(name);
  }
  try {
    return await run();
  } finally {
    for (const { name, value, exported } of before) {
      if (value === undefined) shell.variables.delete(name);
      else shell.variables.set(name, value);
      if (!exported) shell.exported.delete(name);
    }
  }
}

export async function runNamed(shell: Shell, name: string, args: readonly string[], io: Io): Promise<number> {
  await breathe(shell);
  const own = shell.functions.get(name);
  if (own !== undefined) return callFunction(shell, own, args, io);
  const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
  if (builtin !== undefined) return builtin(shell, args, io);
  const called = name.replace(PROGRAM_FOLDERS, "");
  const program = Object.hasOwn(shell.programs, called) ? shell.programs[called] : undefined;
  if (program !== undefined) {
    const { context, cwd, tty, signal } = shell;
    return runProgram(program, { context, cwd, tty, signal, name: called, args, env: environment(shell), ...io });
  }
  if (name.includes("/")) return runFile(shell, name, args, io);
  io.stderr(`${shell.name}: ${name}: not found\n`);
  return 127;
}

async function runFile(shell: Shell, path: string, args: readonly string[], io: Io): Promise<number> {
  const text = shell.context.files.read(resolve(shell.cwd, path))?.toString();
  if (text === undefined) {
    io.stderr(`${shell.name}: ${path}: not found\n`);
    return 127;
  }
  return shell.runner.inSubshell(shell, (copy) =>
    shell.runner.script(Object.assign(copy, { positional: args, name: path }), parse(text), io),
  );
}

async function callFunction(shell: Shell, { body }: FunctionNode, args: readonly string[], io: Io): Promise<number> {
  if (shell.depth >= DEEPEST) throw new Failure("Maximum function recursion depth exceeded", 2);
  const before = shell.positional;
  const hidden = new Map<string, string | undefined>();
  shell.positional = args;
  shell.locals.push(hidden);
  shell.depth += 1;
  try {
    return await shell.runner.list(
      shell,
      [
        {
          type: "Statement",
          pos: 0,
          end: 0,
          command: body.type === "CompoundList" ? { ...body, type: "BraceGroup", body } : body,
          background: undefined,
        },
      ],
      io,
    );
  } catch (error) {
    if (error instanceof Return) return error.code;
    throw error;
  } finally {
    shell.depth -= 1;
    shell.positional = before;
    shell.locals.pop();
    for (const [name, value] of hidden) {
      if (value === undefined) shell.variables.delete(name);
      else shell.variables.set(name, value);
    }
  }
}
