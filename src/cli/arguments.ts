/** What a person asks for on the command line, or what is wrong with it. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type CheckOptions, FAILS, FORMATS } from "./check.ts";
import type { ExplainOptions } from "./explain/explain.ts";
import { STDIN } from "./inputs/find.ts";
import type { MeshOptions } from "./mesh/mesh.ts";
import { LABS } from "./mesh/words.ts";

export type Command =
  | { readonly name: "help" }
  | { readonly name: "version" }
  | { readonly name: "check"; readonly options: CheckOptions }
  | { readonly name: "explain"; readonly options: ExplainOptions }
  | { readonly name: "mesh"; readonly options: MeshOptions }
  | { readonly name: "misused"; readonly says: string };

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
  base: { type: "string" },
  change: { type: "string", multiple: true },
  observed: { type: "string", multiple: true },
  namespace: { type: "string", short: "n" },
  format: { type: "string" },
  "fail-on": { type: "string" },
  kubeconfig: { type: "string" },
  lab: { type: "string" },
} as const;

/** Paths are relative to `from`. */
export function commandOf(args: readonly string[], from: string): Command {
  const parsed = parse(args);
  if ("error" in parsed) return misused(parsed.error);
  const { values, command, rest, change } = parsed;
  if (values.help === true) return { name: "help" };
  if (values.version === true) return { name: "version" };
  const at = (path: string) => (path === STDIN ? path : resolve(from, path));
  const foreign = foreignOption(command, values, change);
  if (foreign !== undefined) return misused(`${command} takes no --${foreign}.`);
  const observed = (values.observed ?? []).map(at);
  switch (command) {
    case "check":
      return checkOf(values, rest.map(at), change?.map(at), observed, at);
    case "explain":
      return explainOf(values, rest, observed, at);
    case "mesh":
      return meshOf(values, rest, at);
    case undefined:
      return misused("No command.");
    default:
      return misused(`No command "${command}".`);
  }
}

type Values = ReturnType<typeof parseKnown>["values"];

function checkOf(
  values: Values,
  paths: readonly string[],
  change: readonly string[] | undefined,
  observed: readonly string[],
  at: (path: string) => string,
): Command {
  const { base, format = "text", "fail-on": failOn = "breaks" } = values;
  if (paths.length === 0) return misused(change === undefined ? "No PATH to check." : "No PATH before --change.");
  if (base !== undefined && change !== undefined) return misused("Name --base or --change, not both.");
  if (!isKeyOf(FORMATS, format)) return misused(unknownWord("--format", format, FORMATS));
  if (!isKeyOf(FAILS, failOn)) return misused(unknownWord("--fail-on", failOn, FAILS));
  if ([...paths, ...observed, ...(change ?? [])].filter((path) => path === STDIN).length > 1)
    return misused("Standard input, -, can be read once.");
  return {
    name: "check",
    options: {
      paths,
      observed,
      format,
      failOn,
      ...(base === undefined ? {} : { base: at(base) }),
      ...(change === undefined ? {} : { change }),
      ...namespaceOf(values),
    },
  };
}

function namespaceOf({ namespace }: Values): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

function explainOf(
  values: Values,
  [workload, ...paths]: readonly string[],
  observed: readonly string[],
  at: (path: string) => string,
): Command {
  if (workload === undefined) return misused("No WORKLOAD to explain.");
  const [, name = "", port] = /^(.*?)(?::(\d+))?$/.exec(workload) ?? [];
  const parts = name.split("/");
  if (parts.length > 3 || parts.some((part) => part === "" || part.includes(":")))
    return misused(
      `"${workload}" is no WORKLOAD: write name, namespace/name or kind/namespace/name, and :PORT behind it.`,
    );
  if (paths.length === 0) return misused(`No PATH in which ${workload} is to be explained.`);
  return {
    name: "explain",
    options: {
      workload: parts,
      paths: paths.map(at),
      observed,
      ...(port === undefined ? {} : { port: Number(port) }),
      ...namespaceOf(values),
    },
  };
}

function meshOf({ kubeconfig, lab }: Values, rest: readonly string[], at: (path: string) => string): Command {
  if (rest.length > 0) return misused(`mesh takes no PATH: ${rest.join(" ")}.`);
  if (lab !== undefined && !LABS.some((name) => name === lab)) {
    return misused(`--lab "${lab}" is unknown: name one of ${LABS.join(", ")}.`);
  }
  const file = kubeconfig === undefined ? {} : { kubeconfig: at(kubeconfig) };
  return { name: "mesh", options: { ...file, ...(lab === undefined ? {} : { lab }) } };
}

/** Options by command. What a command does not know it must not ignore. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  check: ["base", "change", "observed", "namespace", "format", "fail-on"],
  explain: ["observed", "namespace"],
  mesh: ["kubeconfig", "lab"],
};

function foreignOption(
  command: string | undefined,
  values: Values,
  change: readonly string[] | undefined,
): string | undefined {
  const taken = TAKEN[command ?? ""];
  if (taken === undefined) return undefined;
  const given = Object.entries({ ...values, change }).filter(([, value]) => value !== undefined);
  return given.map(([name]) => name).find((name) => !taken.includes(name) && name !== "help" && name !== "version");
}

function misused(says: string): Command {
  return { name: "misused", says };
}

function isKeyOf<Table extends object>(table: Table, word: string): word is Extract<keyof Table, string> {
  return Object.hasOwn(table, word);
}

function unknownWord(option: string, word: string, table: object): string {
  return `${option} "${word}" is unknown: name one of ${Object.keys(table).join(", ")}.`;
}

function parse(args: readonly string[]) {
  try {
    const { values, tokens } = parseKnown(args);
    const { positionals, change } = sorted(tokens);
    const [command, ...rest] = positionals;
    return { values, command, rest, ...(change === undefined ? {} : { change }) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function parseKnown(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, tokens: true });
}

/** --change takes all that follows it up to the next option, as a shell expands `--change changes/*.yaml`. */
function sorted(tokens: ReturnType<typeof parseKnown>["tokens"]) {
  const positionals: string[] = [];
  let change: string[] | undefined;
  let into = positionals;
  for (const token of tokens) {
    if (token.kind === "positional") into.push(token.value);
    else if (token.kind === "option" && token.name === "change") {
      change ??= [];
      into = change;
      if (token.value !== undefined) change.push(token.value);
    } else into = positionals;
  }
  return { positionals, change };
}
