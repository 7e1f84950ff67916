/** Runs vector files: each mismatch with mesh, question, expected and actual answer; last line `N passed, N failed`. */
import type { Mesh } from "../../src/mesh/mesh.ts";
import { ANSWERS, meshOf } from "./answer.ts";
import { type Question, readVectors, type Vector } from "./vector.ts";

export interface Outcome {
  readonly passed: number;
  readonly mismatches: readonly string[];
  /** Questions by kind for which there are no answers yet. */
  readonly unasked: ReadonlyMap<string, number>;
}

export function runFile(path: string): Outcome {
  const tally: Tally = { passed: 0, mismatches: [], unasked: new Map() };
  for (const vector of readVectors(path)) {
    const mesh = meshOf(vector);
    for (const question of vector.questions) ask(tally, vector, mesh, question);
  }
  return tally;
}

interface Tally {
  passed: number;
  readonly mismatches: string[];
  readonly unasked: Map<string, number>;
}

function ask(tally: Tally, vector: Vector, mesh: Mesh, question: Question): void {
  const answering = ANSWERS[question.kind];
  if (answering !== undefined) {
    const actual = answering(mesh, question);
    count(tally, vector, question, actual, actual === question.answer);
  } else {
    tally.unasked.set(question.kind, (tally.unasked.get(question.kind) ?? 0) + 1);
  }
}

function count(tally: Tally, vector: Vector, question: Question, actual: string, right: boolean): void {
  if (right) tally.passed++;
  else tally.mismatches.push(mismatch(vector, question, actual));
}

function mismatch({ id, title }: Vector, { answer, ...question }: Question, actual: string): string {
  const asked = JSON.stringify({ ...question, detail: undefined });
  return `${id}${title === undefined ? "" : ` (${title})`}\n  asked    ${asked}\n  expected ${answer}\n  actual   ${actual}`;
}

/** The command line: prints and returns the exit code. */
export function main(paths: readonly string[], print: (line: string) => void): number {
  if (paths.length === 0) {
    print("Usage: npm run -s vectors -- FILE… (.jsonl or .jsonl.gz)");
    return 2;
  }
  let passed = 0;
  let failed = 0;
  for (const path of paths) {
    const outcome = runFile(path);
    passed += outcome.passed;
    failed += outcome.mismatches.length;
    for (const line of outcome.mismatches) print(line);
    for (const [kind, count] of outcome.unasked) print(`${path}: ${count} questions of kind ${kind} have no rule yet`);
  }
  print(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
