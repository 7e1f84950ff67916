/** Prints the verdict on every policy of some manifests, by the code that the editor runs. */
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { startAnalysis } from "../analysis/analysis.ts";
import type { FileInput } from "../view/input.ts";
import { positionAt } from "../view/position.ts";
import { terminalLines } from "../view/terminal.ts";
import { findManifests } from "./find.ts";

/** `from` is the folder that file names of errors are relative to. Returns the exit code. */
export async function check(paths: readonly string[], from: string): Promise<number> {
  const found = await findManifests(paths, from);
  const failures: string[] = [];
  const analysis = startAnalysis({
    views: () => undefined,
    progress: () => undefined,
    failure: ({ says }) => failures.push(says),
  });
  analysis.told.files({ uris: found.files.map((path) => pathToFileURL(path).href) });
  const { files } = await analysis.asked.settled({});
  const nameOf = (uri: string) => relative(from, fileURLToPath(uri));

  const inputs = analysis.inputs();
  const { lines, breaks } = terminalLines(inputs);
  for (const line of lines) process.stdout.write(`${line}\n`);

  const errors = [
    ...found.errors,
    ...files.flatMap(({ uri, unreadable }) => (unreadable === undefined ? [] : `${nameOf(uri)}: ${unreadable}`)),
    ...inputs.flatMap((input) => tooLarge(input, nameOf(input.uri))),
    ...failures,
  ];
  for (const error of errors) process.stderr.write(`${error}\n`);
  if (errors.length > 0 || inputs.some(isPartlyRead)) return 2;
  return breaks > 0 ? 1 : 0;
}

/** Objects of such a file are missing from the verdicts: no all-clear. The lines above name the place. */
function isPartlyRead({ manifest }: FileInput): boolean {
  return manifest.documents.some(({ problems }) =>
    problems.some(({ code }) => code === "syntax" || code === "gateway-indentation" || code === "not-an-object"),
  );
}

function tooLarge({ uri, manifest, text }: FileInput, name: string): readonly string[] {
  return manifest.documents
    .flatMap(({ problems }) => problems)
    .filter(({ code }) => code === "too-large")
    .map(({ span, says }) => `${name}:${positionAt(text(uri) ?? "", span.start).line + 1}  ${says}`);
}
