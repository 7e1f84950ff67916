/**
 * Input that says nothing: a pipe whose other end failed, or the wrong file. Without a word it would give an all-clear
 * that nobody means.
 */
import type { ManifestFile } from "../../analysis/manifest-file.ts";
import type { ManifestDocument } from "../../manifest/manifest.ts";
import { fileOf } from "../report/place.ts";
import type { Texts } from "./read.ts";

/** Of what one option names some file has to say something, and a pipe always has. */
export function emptyInputs(files: readonly ManifestFile[], groups: readonly Texts[], from: string): readonly string[] {
  const filled = new Set(files.filter(({ manifest }) => manifest.documents.some(saysSomething)).map(({ uri }) => uri));
  return groups.flatMap(({ texts, piped }) => {
    const fromPipes = texts.filter(({ uri }) => piped.some((pipe) => uri.startsWith(pipe)));
    const [first, ...others] = fromPipes.length > 0 ? fromPipes : texts;
    if (first === undefined || [first, ...others].some(({ uri }) => filled.has(uri))) return [];
    const names = `${fileOf(first.uri, from)}${others.length > 0 ? ` and ${others.length} more` : ""}`;
    return [`${names}: no Kubernetes object is in there. Name what kubectl applies, or has printed.`];
  });
}

/** A template, or an object that cannot be read, is told of elsewhere. */
function saysSomething({ resources, templated, problems }: ManifestDocument): boolean {
  return resources.length > 0 || templated || problems.length > 0;
}
