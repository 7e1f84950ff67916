/** The problems of files as data; with a change, those that the state before does not have. */
import type { ProblemView } from "../../view/problem.ts";
import type { JudgedFile } from "./judge.ts";
import { placeOf } from "./place.ts";
import type { FindingReport } from "./report.ts";

export function findingReports({ input, problems }: JudgedFile, from: string): readonly FindingReport[] {
  return problems.shown.map(({ view: { code, severity, message, range, related } }) => ({
    code,
    severity,
    message,
    ...placeOf({ uri: input.uri, range }, from),
    related: related.map((one) => ({ ...placeOf(one.location, from), message: one.message })),
  }));
}

/** Lines move and files are renamed: a problem is the same where it says the same. */
export function withoutKnown(files: readonly JudgedFile[], before: readonly JudgedFile[]): readonly JudgedFile[] {
  const known = new Map<string, number>();
  for (const { problems } of before) {
    for (const { view } of problems.shown) known.set(saying(view), (known.get(saying(view)) ?? 0) + 1);
  }
  return files.map(({ input, problems }) => ({
    input,
    problems: {
      ...problems,
      shown: problems.shown.filter(({ view }) => {
        const left = known.get(saying(view)) ?? 0;
        known.set(saying(view), left - 1);
        return left <= 0;
      }),
    },
  }));
}

function saying({ code, message }: ProblemView): string {
  return `${code} ${message}`;
}
