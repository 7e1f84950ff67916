/** Whether each finding has annotated manifests (`# ^^^ warning MTLS001: …`): one that raises it and one that does not. */
import type { Source } from "./sources.ts";

const ANNOTATION = /^\s*#.*\^.*\b(MTLS\d+):/gm;

/** Codes that lack a case, with what is lacking. A manifest is annotated with all that it raises, or its own test fails. */
export function withoutCases(codes: readonly string[], manifests: readonly Source[]): readonly string[] {
  const raised = manifests.map(({ text }) => new Set([...text.matchAll(ANNOTATION)].map(([, code = ""]) => code)));
  return codes.flatMap((code) => [
    ...(raised.some((of) => of.has(code)) ? [] : [`${code}: no manifest raises it`]),
    ...(raised.some((of) => !of.has(code)) ? [] : [`${code}: every manifest raises it`]),
  ]);
}
