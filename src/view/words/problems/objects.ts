/** Sentences about objects of any kind. */
import type { DefinedTwice } from "../../../mesh/findings/objects/defined-twice.ts";
import { fileName, nameFrom } from "../call.ts";
import { listed } from "../list.ts";

export function definedTwice({ object, others }: DefinedTwice): string {
  const name = `${object.kind} ${nameFrom("", object)}`;
  if (others.some(({ source }) => source.uri === object.source.uri)) {
    return `${name} is defined again further down in this file. Applied in order, the last one stays: this one has no effect.`;
  }
  const files = [...new Set(others.map(({ source }) => fileName(source.uri)))];
  return `${name} is also defined in ${listed(files)}. Each file is judged with its own version.`;
}

export const ALSO_DEFINED = "also defined here";
