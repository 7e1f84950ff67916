/** Whether what came back is what was recorded, and where not, the difference as a person reads it. */
import { diffLines } from "diff";
import { withPlaceholders } from "./placeholders.ts";
import type { Step } from "./scene.ts";

export interface Outcome {
  readonly exit: number;
  /** With placeholders. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Empty where it fits. An expectation that is not exact says nothing of a stream that it leaves out. */
export function mismatches(step: Step, outcome: Outcome): readonly string[] {
  const { match = "exact", exit = 0 } = step;
  const streams = (["stdout", "stderr"] as const).flatMap((stream) => {
    if (step[stream] === undefined && match !== "exact") return [];
    const wanted = match === "regex" ? (step[stream] ?? "") : withPlaceholders(step[stream] ?? "");
    return fits(match, wanted, outcome[stream])
      ? []
      : [`${stream} (${match}):\n${difference(wanted, outcome[stream])}`];
  });
  return [...(outcome.exit === exit ? [] : [`exit ${outcome.exit} instead of ${exit}\n${outcome.stderr}`]), ...streams];
}

function fits(match: NonNullable<Step["match"]>, wanted: string, got: string): boolean {
  switch (match) {
    case "exact":
      return wanted.trimEnd() === got.trimEnd();
    case "contains":
      return linesOf(wanted).every((line) => got.includes(line.trim()));
    case "lines-any-order":
      return linesOf(wanted).toSorted().join("\n") === linesOf(got).toSorted().join("\n");
    case "regex":
      return new RegExp(wanted.trimEnd()).test(got.trimEnd());
  }
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

function difference(wanted: string, got: string): string {
  const parts = diffLines(`${wanted.trimEnd()}\n`, `${got.trimEnd()}\n`);
  return parts
    .flatMap(({ value, added, removed }) => {
      const mark = added ? "+" : removed ? "-" : " ";
      return value
        .replace(/\n$/, "")
        .split("\n")
        .map((line) => `  ${mark} ${line}`);
    })
    .join("\n");
}
