/** Texts of files as the inputs that views are made from, by the reader and the snapshot of the product. */
import { takeSnapshot } from "../../src/analysis/snapshot.ts";
import { readManifest } from "../../src/manifest/read-manifest.ts";
import type { Labels } from "../../src/mesh/resources/meta.ts";
import type { FileInput } from "../../src/view/input.ts";
import type { TextEdit } from "../../src/view/place.ts";
import type { TreeInput } from "../../src/view/trees/node.ts";

export type Texts = Readonly<Record<string, string>>;

export interface Stating {
  readonly namespaceLabels?: Readonly<Record<string, Labels>>;
}

const ROOT = "file:///workspace/";

/** Inputs by the name of the file. */
export function inputsOf(texts: Texts, stating: Stating = {}): ReadonlyMap<string, FileInput> {
  const files = filesOf(texts);
  const snapshot = takeSnapshot(files, { namespaceLabels: {}, ...stating });
  return new Map(
    files.map(({ uri }) => {
      const input = snapshot.inputOf(uri);
      if (input === undefined) throw new Error(`${uri} has no input`);
      return [uri.slice(ROOT.length), input];
    }),
  );
}

/** What the trees are made from. */
export function wholeOf(texts: Texts): TreeInput {
  return takeSnapshot(filesOf(texts), { namespaceLabels: {} }).whole();
}

function filesOf(texts: Texts) {
  return Object.entries(texts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => {
      const uri = ROOT + name;
      return { uri, text, manifest: readManifest(uri, text, { defaultNamespace: "" }) };
    });
}

export function inputOf(texts: Texts, name: string, stating?: Stating): FileInput {
  const input = inputsOf(texts, stating).get(name);
  if (input === undefined) throw new Error(`there is no file ${name} in this workspace`);
  return input;
}

/** A fixture holds several files: a line `#- name` begins the next one. What stands before the first is `first`. */
export function splitFiles(fixture: string, first: string): Texts {
  const parts = fixture.split(/^#- (\S+)\n/m);
  const files: Record<string, string> = {};
  if ((parts[0] ?? "").trim() !== "") files[first] = parts[0] ?? "";
  for (let index = 1; index < parts.length; index += 2) files[parts[index] ?? ""] = parts[index + 1] ?? "";
  return files;
}

export function nameOfUri(uri: string): string {
  return uri.startsWith(ROOT) ? uri.slice(ROOT.length) : uri;
}

/** The texts after a fix. Edits do not overlap. */
export function applied(
  texts: Texts,
  changes: readonly { readonly uri: string; readonly edits: readonly TextEdit[] }[],
): Texts {
  const result: Record<string, string> = { ...texts };
  for (const { uri, edits } of changes) {
    const name = nameOfUri(uri);
    result[name] = edited(result[name] ?? "", edits);
  }
  return result;
}

function edited(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split(/(?<=\n)/);
  const offset = ({ line, character }: TextEdit["range"]["start"]) =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length, 0) + character;
  return edits
    .map(({ range, newText }) => ({ start: offset(range.start), end: offset(range.end), newText }))
    .toSorted((a, b) => b.start - a.start)
    .reduce((done, { start, end, newText }) => done.slice(0, start) + newText + done.slice(end), text);
}
