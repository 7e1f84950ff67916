/** Which documents and files are manifests. */
import { type DocumentFilter, languages, type TextDocument, workspace } from "vscode";

export const MANIFESTS = "**/{*.yaml,*.yml,Kustomization}";

/** Manifests by language or by name, of the disk and of the workspace; not the old side of a diff. */
export function manifestSelector(): readonly DocumentFilter[] {
  const schemes = new Set(["file", "untitled", ...(workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme)]);
  return [...schemes].flatMap((scheme) => [
    { scheme, language: "yaml" },
    { scheme, pattern: MANIFESTS },
  ]);
}

export function isManifest(document: TextDocument): boolean {
  return languages.match(manifestSelector(), document) > 0;
}
