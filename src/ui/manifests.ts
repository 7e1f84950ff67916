/** Which documents and files are manifests, and whether a workspace has any that speaks of Istio. */
import { type DocumentFilter, languages, type TextDocument, type Uri, workspace } from "vscode";
import { relevance } from "./relevance.ts";

export const MANIFESTS = "**/{*.yaml,*.yml,Kustomization}";
export const NO_MANIFESTS = "**/{node_modules,.git}/**";

/** Manifests looked at before the answer is no. Opening an Istio document later starts the analysis all the same. */
const LOOKED_AT = 300;
const AT_ONCE = 8;

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

/** Looks through the manifests of the workspace, a few at a time, until one speaks of Istio. */
export async function workspaceSpeaksOfIstio(): Promise<boolean> {
  const uris = await workspace.findFiles(MANIFESTS, NO_MANIFESTS, LOOKED_AT);
  for (let next = 0; next < uris.length; next += AT_ONCE) {
    const texts = await Promise.all(uris.slice(next, next + AT_ONCE).map(textOf));
    if (texts.some((text) => relevance(text) === "istio")) return true;
  }
  return false;
}

/** A file that cannot be read says nothing here; the analysis names it once it runs. */
async function textOf(uri: Uri): Promise<string> {
  return workspace.fs.readFile(uri).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => "",
  );
}
