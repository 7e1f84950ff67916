/** Markdown as a hover needs it: text that cannot become markup, links to lines, tables. */
import type { Location } from "../place.ts";
import { fileLine } from "../words/call.ts";

/** Names come from manifests, which can hold anything. An underscore inside a word is no markup. */
export function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\\`*[\]<>|~&]/g, "\\$&")
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_");
}

export function bold(text: string): string {
  return `**${plain(text)}**`;
}

/** `[strict-mtls.yaml:8](file:///…/strict-mtls.yaml#L8)`: VS Code opens the file at the line. */
export function link({ uri, range }: Location): string {
  const target = uri.replaceAll(
    /[()\s<>]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `[${plain(fileLine({ uri, range }))}](${target}#L${range.start.line + 1})`;
}

/** Cells are markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => ":--")), ...rows.map(line)].join("\n");
}
