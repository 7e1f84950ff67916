/** Runs vector files: each mismatch with mesh, question, expected and actual answer; last line `N passed, N failed`. */
import { ANSWERS, meshOf, reachesVerdict } from "./answer.ts";
import { type Question, readVectors, type Vector } from "./vector.ts";

export interface Outcome {
  readonly passed: number;
  readonly mismatches: readonly string[];
  /** Questions by kind for which there are no answers yet. */
  readonly unasked: ReadonlyMap<string, number>;
  /** How often a `reaches` question got a verdict other than unknown, and how often it was asked. */
  readonly reaches: { readonly decided: number; readonly asked: number };
}

export function runFile(path: string): Outcome {
  let passed = 0;
  const mismatches: string[] = [];
  const unasked = new Map<string, number>();
  const reaches = { decided: 0, asked: 0 };
  for (const vector of readVectors(path)) {
    const mesh = meshOf(vector);
    for (const question of vector.questions) {
      const answering = ANSWERS[question.kind];
      if (answering !== undefined) {
        const actual = answering(mesh, question);
        if (actual === question.answer) passed++;
        else mismatches.push(mismatch(vector, question, actual));
      } else if (question.kind === "reaches") {
        const verdict = reachesVerdict(mesh, question)?.outcome ?? "unknown";
        reaches.asked++;
        if (verdict !== "unknown") reaches.decided++;
        if (contradicts(verdict, question.answer)) mismatches.push(mismatch(vector, question, verdict));
        else passed++;
      } else {
        unasked.set(question.kind, (unasked.get(question.kind) ?? 0) + 1);
      }
    }
  }
  return { passed, mismatches, unasked, reaches };
}

/** Until every rule is written a verdict may be unknown, but it is never the opposite of what Istio says. */
function contradicts(outcome: "works" | "breaks" | "unknown", answer: string): boolean {
  return (outcome === "works" && answer.startsWith("broken-")) || (outcome === "breaks" && answer.startsWith("ok-"));
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
    if (outcome.reaches.asked > 0) {
      print(`${path}: ${outcome.reaches.decided} of ${outcome.reaches.asked} reaches questions decided, the rest unknown`);
    }
  }
  print(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
