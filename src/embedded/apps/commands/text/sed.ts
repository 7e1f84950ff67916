/** `sed`, as far as one-liners use it. */
import { Failure, type Process } from "../../shell/program.ts";
import { flags } from "../arguments.ts";
import { expression } from "./grep.ts";
import { contentOf } from "./lines.ts";

/** `s/a/b/flags`, `Np`, `Nd`, and with `-n` only what `p` says. */
export async function sed(process: Process): Promise<number> {
  const { has, values, rest } = flags(process.args, { letters: "nErs", valued: "e" });
  const [script = "", ...others] = values("e").length > 0 ? [values("e").join(";"), ...rest] : rest;
  const steps = script
    .split(/[;\n](?=\s*(?:\d|\$|s\W|[pd]|$))/)
    .filter((step) => step.trim() !== "")
    .map((step) => sedStep(step.trim(), has("E") || has("r")));
  const lines = (await contentOf(process, others)).toString().replace(/\n$/, "").split("\n");
  for (const [index, line] of lines.entries()) {
    const result = steps.reduce(
      (state, step) => (state.deleted ? state : step(state, index + 1, index === lines.length - 1)),
      { text: line, printed: 0, deleted: false },
    );
    const times = result.printed + (has("n") || result.deleted ? 0 : 1);
    process.stdout(`${result.text}\n`.repeat(times));
  }
  return 0;
}

interface SedState {
  readonly text: string;
  readonly printed: number;
  readonly deleted: boolean;
}

function sedStep(step: string, extended: boolean): (state: SedState, line: number, last: boolean) => SedState {
  const [, from, to, command = ""] = /^(?:(\d+|\$)(?:,(\d+|\$))?)?\s*(.*)$/s.exec(step) ?? [];
  const at = (limit: string | undefined, line: number, last: boolean) =>
    limit === "$" ? last : Number(limit) === line;
  const covers = (line: number, last: boolean) =>
    from === undefined ||
    (to === undefined ? at(from, line, last) : line >= Number(from) && (to === "$" || line <= Number(to)));
  const [, separator = "", body = ""] = /^s(.)(.*)$/s.exec(command) ?? [];
  const [pattern = "", replacement = "", options = ""] = body.split(separator);
  if (command.startsWith("s") && separator !== "") {
    const source = expression([pattern], (flag) => flag === "E" && extended).source;
    const regex = new RegExp(source, `${options.includes("g") ? "g" : ""}${/[iI]/.test(options) ? "i" : ""}`);
    const text = replacement
      .replace(/\$/g, "$$$$")
      .replace(/\\(\d)/g, "$$$1")
      .replace(/(?<!\\)&/g, "$$&")
      .replace(/\\&/g, "&");
    return (state, line, last) => (covers(line, last) ? { ...state, text: state.text.replace(regex, text) } : state);
  }
  if (command === "p")
    return (state, line, last) => (covers(line, last) ? { ...state, printed: state.printed + 1 } : state);
  if (command === "d") return (state, line, last) => (covers(line, last) ? { ...state, deleted: true } : state);
  throw new Failure(`unsupported command ${command}`);
}
