/** The shell's patterns (`*`, `?`, `[…]`, `\x` for a literal) as regular expressions, and the paths that fit one. */
import type { FileSystem } from "../../process.ts";

const SPECIAL = /[.*+?^${}()|[\]\\/-]/g;

export function isPattern(text: string): boolean {
  return /[*?[]/.test(text.replace(/\\./g, ""));
}

export function literal(text: string): string {
  return text.replace(/[*?[\]\\]/g, "\\$&");
}

export function unescaped(pattern: string): string {
  return pattern.replace(/\\(.)/gs, "$1");
}

/** Source of a regular expression. `star` is what `*` stands for: in paths it stops at a slash. */
export function patternSource(pattern: string, star = "[\\s\\S]*", lazy = false): string {
  return pattern.replace(
    /\\([\s\S])|\*+|\?|\[([!^]?)(\]?[^\]]*)\]|[\s\S]/g,
    (all, escaped: string | undefined, not: string | undefined, set: string | undefined) => {
      if (escaped !== undefined) return escaped.replace(SPECIAL, "\\$&");
      if (all.startsWith("*")) return lazy ? `${star}?` : star;
      if (all === "?") return star.startsWith("[^/]") ? "[^/]" : "[\\s\\S]";
      if (set !== undefined) return `[${not ? "^" : ""}${characters(set)}]`;
      return all.replace(SPECIAL, "\\$&");
    },
  );
}

export function matches(text: string, pattern: string): boolean {
  return new RegExp(`^${patternSource(pattern)}$`).test(text);
}

/** Paths of the pattern's own form (relative ones stay so), sorted; hidden files need a dot in the pattern. */
export function expandPath(pattern: string, cwd: string, files: FileSystem): readonly string[] {
  const start = pattern.startsWith("/") ? ["/"] : [""];
  const segments = pattern.split("/").filter((segment) => segment !== "");
  return segments
    .reduce<readonly string[]>((found, segment) => found.flatMap((path) => children(path, segment, cwd, files)), start)
    .toSorted();
}

function children(path: string, segment: string, cwd: string, files: FileSystem): readonly string[] {
  const folder = path.startsWith("/") ? path : `${cwd}/${path}`;
  const at = path === "" || path.endsWith("/") ? path : `${path}/`;
  const names = files.list(folder) ?? [];
  if (!isPattern(segment)) {
    const name = unescaped(segment);
    return names.includes(name) || name === "." || name === ".." ? [at + name] : [];
  }
  const fits = new RegExp(`^${patternSource(segment, "[^/]*")}$`);
  return names
    .filter((name) => fits.test(name) && (!name.startsWith(".") || segment.startsWith(".")))
    .map((name) => at + name);
}

const CLASSES: Readonly<Record<string, string>> = {
  "[:alpha:]": "A-Za-z",
  "[:digit:]": "0-9",
  "[:alnum:]": "A-Za-z0-9",
  "[:space:]": "\\s",
  "[:upper:]": "A-Z",
  "[:lower:]": "a-z",
};

function characters(set: string): string {
  return set.replace(/\[:\w+:\]|[\\\]^]/g, (found) => CLASSES[found] ?? `\\${found}`);
}
