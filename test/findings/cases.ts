/** The cases of every code: a folder for each, with files that raise it and files that only look so. */
import { readdirSync, readFileSync } from "node:fs";
import type { FileInput } from "../../src/view/input.ts";
import { inputsOf, splitFiles, type Texts } from "../view/workspace.ts";

export interface Case {
  readonly code: string;
  /** The file name without its ending, `raises-…` or `look-alike-…`. */
  readonly name: string;
  readonly raises: boolean;
  readonly texts: Texts;
}

const FOLDER = new URL("./", import.meta.url);

export function findingCases(): readonly Case[] {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name: code }) =>
    readdirSync(new URL(`${code}/`, FOLDER)).map((file) => ({
      code,
      name: file.replace(/\.yaml$/, ""),
      raises: file.startsWith("raises-"),
      texts: splitFiles(readFileSync(new URL(`${code}/${file}`, FOLDER), "utf8"), file),
    })),
  );
}

/** Read once: every check is switched off over every case. */
const read = new WeakMap<Texts, readonly FileInput[]>();

export function caseInputs({ texts }: Case): readonly FileInput[] {
  const inputs = read.get(texts) ?? [...inputsOf(texts).values()];
  read.set(texts, inputs);
  return inputs;
}
