/** Puts another object at the end of a file. */
import type { Edit } from "./edit.ts";

/** `yaml` is a whole document with its last line break. */
export function newDocument(text: string, yaml: string): readonly Edit[] {
  const lineBreak = text.includes("\r\n") ? "\r\n" : "\n";
  const end = text.length;
  const written = yaml.replaceAll(/\r?\n/g, lineBreak);
  if (text.trim() === "") return [{ span: { start: end, end }, newText: written }];
  const gap = /[\r\n]$/.test(text) ? "" : lineBreak;
  return [{ span: { start: end, end }, newText: `${gap}---${lineBreak}${written}` }];
}
