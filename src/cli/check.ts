/** `check`: who breaks, in the files as they are or by a change to them, by the code that the editor runs. */
import { jsonFormat } from "./formats/json.ts";
import { markdownFormat } from "./formats/markdown.ts";
import { sarifFormat } from "./formats/sarif.ts";
import { textFormat } from "./formats/text.ts";
import { readState, type Sources } from "./inputs/state.ts";
import { progressOn } from "./progress.ts";
import { makeReport } from "./report/make.ts";
import type { Report } from "./report/report.ts";
import { oneLine } from "./words.ts";

export const FORMATS = { text: textFormat, json: jsonFormat, sarif: sarifFormat, markdown: markdownFormat } as const;

/** What ends with 1. */
export const FAILS = {
  breaks: ({ counts }: Report) => counts.breaks > 0,
  unknown: ({ counts }: Report) => counts.breaks + counts.unknown > 0,
  never: (_: Report) => false,
} as const;

export interface CheckOptions extends Sources {
  readonly format: keyof typeof FORMATS;
  readonly failOn: keyof typeof FAILS;
}

/** `from` is the folder that names of files are relative to. Returns the exit code. */
export async function check(options: CheckOptions, from: string, version: string): Promise<number> {
  const progress = progressOn(process.stderr);
  const state = await readState(options, from, (done, total) => progress.show("Reading", done, total));
  const report = makeReport(state, from, version, (done, total) => progress.show("Judging", done, total));
  progress.clear();
  process.stdout.write(FORMATS[options.format](report));
  for (const error of report.errors) process.stderr.write(`${oneLine(error)}\n`);
  if (report.errors.length > 0) return 2;
  return FAILS[options.failOn](report) ? 1 : 0;
}
