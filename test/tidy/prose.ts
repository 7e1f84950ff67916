/** What is written for people: links that lead somewhere, and nothing of the machine it was written on. */
import { dirname, join } from "node:path/posix";
import type { Source } from "./sources.ts";

/** Relative links of a page whose target is not kept. */
export function deadLinks({ path, text }: Source, kept: readonly string[]): readonly string[] {
  const links = [
    ...text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g),
    ...text.matchAll(/\b(?:src|href)="([^"]+)"/g),
  ];
  return links.flatMap(([, link = ""]) => {
    const [target = ""] = link.split("#");
    if (target === "" || /^[a-z][\w+.-]*:/i.test(target)) return [];
    const file = join(dirname(path), decodeURI(target)).replace(/\/$/, "");
    return kept.some((other) => other === file || other.startsWith(`${file}/`)) ? [] : [`${path} links to ${link}`];
  });
}

const MACHINE = /(?<![\w.:])(?:\/(?:home|root|work|Users)\/\w[\w./-]*|\/tmp\/\w[\w./-]*)|[A-Z]:\\Users\\\w+/;

export function machinePaths({ path, text }: Source): readonly string[] {
  return text.split("\n").flatMap((line, index) => {
    const found = MACHINE.exec(line);
    return found ? [`${path}:${index + 1} ${found[0]}`] : [];
  });
}
