/**
 * Flags of a command, as getopt reads them: letters `rf` take `-r`, `-f`, `-rf`; valued `n` takes `-n 5`, `-n5`. The rest are
 * operands. (`node:util` parseArgs refuses values that begin with a dash, and cannot stop at a command's own arguments.)
 */
import { Failure } from "../shell/program.ts";

export interface Flags {
  /** Flags without a value. */
  readonly letters: string;
  readonly valued?: string;
  /** Long names and the letters that they stand for. */
  readonly long?: Readonly<Record<string, string>>;
  /** Everything after the first operand belongs to another command. */
  readonly stops?: boolean;
}

export interface Arguments {
  has(flag: string): boolean;
  /** The last value of a flag that takes one. */
  value(flag: string): string | undefined;
  values(flag: string): readonly string[];
  readonly rest: readonly string[];
}

export function flags(args: readonly string[], known: Flags): Arguments {
  const found = new Map<string, string[]>();
  const rest: string[] = [];
  const left = [...args];
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    if (arg === "--") rest.push(...left.splice(0));
    else if (!/^-./.test(arg)) rest.push(arg, ...(known.stops ? left.splice(0) : []));
    else
      for (const [flag, value] of arg.startsWith("--") ? long(arg, left, known) : short(arg, left, known))
        found.set(flag, [...(found.get(flag) ?? []), value]);
  }
  return {
    has: (flag) => found.has(flag),
    value: (flag) => found.get(flag)?.at(-1),
    values: (flag) => found.get(flag) ?? [],
    rest,
  };
}

type Found = readonly (readonly [string, string])[];

function short(arg: string, left: string[], { letters, valued = "" }: Flags): Found {
  const found: [string, string][] = [];
  for (const [index, letter] of [...arg.slice(1)].entries()) {
    if (valued.includes(letter)) return [...found, [letter, arg.slice(index + 2) || required(`-${letter}`, left)]];
    if (!letters.includes(letter)) throw new Failure(`option ${arg}: is unknown`, 2);
    found.push([letter, ""]);
  }
  return found;
}

function long(arg: string, left: string[], { valued = "", long = {} }: Flags): Found {
  const [name = "", value] = arg.slice(2).split(/=(.*)/s, 2);
  const letter = Object.hasOwn(long, name) ? long[name] : undefined;
  if (letter === undefined) throw new Failure(`option ${arg}: is unknown`, 2);
  return [[letter, valued.includes(letter) ? (value ?? required(arg, left)) : ""]];
}

function required(name: string, left: string[]): string {
  const value = left.shift();
  if (value === undefined) throw new Failure(`option ${name}: requires parameter`, 2);
  return value;
}
