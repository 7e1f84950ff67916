/** A lab as a script: its own commands, in order, each with what a person then sees. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { Outcome } from "../transcripts/expectation.ts";

export interface LabStep {
  /** A line of bash, as the lab prints it. */
  readonly run: string;
  readonly why?: string;
  /** Seconds within which it is to be seen; absent: at once. */
  readonly by?: number;
  /** Exit code; 0 where it is not said. */
  readonly exit?: number;
  /** Lines that the output holds. */
  readonly sees?: string;
  /** What the output does not hold. */
  readonly misses?: string;
  /** The whole output. */
  readonly exact?: string;
  /** A pattern of the output. */
  readonly matches?: string;
  /** Lines that stderr holds. */
  readonly says?: string;
}

export interface Lab {
  readonly title: string;
  /** Folder of the lab's manifests, from the root of the project. */
  readonly files: string;
  readonly steps: readonly LabStep[];
}

export function readLab(name: string): Lab {
  const path = fileURLToPath(new URL(`./labs/${name}.yaml`, import.meta.url));
  return parse(readFileSync(path, "utf8")) as Lab;
}

/** What is not as the lab says; empty where all is. */
export function unseen(step: LabStep, { exit, stdout, stderr }: Outcome): readonly string[] {
  const { sees = "", misses, exact, matches, says = "" } = step;
  const lines = (text: string) => text.split("\n").filter((line) => line !== "");
  return [
    ...(exit === (step.exit ?? 0) ? [] : [`exit ${exit} instead of ${step.exit ?? 0}: ${stderr}`]),
    ...lines(sees)
      .filter((line) => !stdout.includes(line))
      .map((line) => `does not see ${line} in:\n${stdout}`),
    ...lines(says)
      .filter((line) => !stderr.includes(line))
      .map((line) => `is not told ${line} but:\n${stderr}`),
    ...(misses !== undefined && stdout.includes(misses) ? [`sees ${misses} in:\n${stdout}`] : []),
    ...(exact !== undefined && exact.trimEnd() !== stdout.trimEnd()
      ? [`expects exactly "${exact}", sees:\n${stdout}`]
      : []),
    ...(matches !== undefined && !new RegExp(matches).test(stdout) ? [`expects ${matches}, sees:\n${stdout}`] : []),
  ];
}
