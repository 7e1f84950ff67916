/**
 * Whether there is anything to analyse, decided by the text alone. The rule: a document that speaks of Istio starts
 * the analysis. A workload alone does so when some manifest of the workspace speaks of Istio; a Kubernetes workspace
 * without Istio, or a compose file, never does.
 */
import { type DocumentFilter, languages, type TextDocument, type Uri, workspace } from "vscode";

/** An Istio API group, or a label or annotation by which Istio decides about injection. */
const SPEAKS_OF_ISTIO = /\bistio\.io\/|\bistio-injection\b/;
const IS_WORKLOAD = /^\s*(?:- )?kind:\s*["']?(?:Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob|Pod|List)\b/m;

export const MANIFESTS = "**/{*.yaml,*.yml,Kustomization}";
export const NO_MANIFESTS = "**/{node_modules,.git}/**";

/** Manifests looked at before the answer is no. Opening an Istio document later starts the analysis all the same. */
const LOOKED_AT = 300;

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

export function relevance(text: string): "istio" | "workload" | "none" {
  if (SPEAKS_OF_ISTIO.test(text)) return "istio";
  return IS_WORKLOAD.test(text) ? "workload" : "none";
}

/** Looks through the manifests of the workspace, a few at a time, until one speaks of Istio. */
export async function workspaceSpeaksOfIstio(): Promise<boolean> {
  const uris = await workspace.findFiles(MANIFESTS, NO_MANIFESTS, LOOKED_AT);
  for (let next = 0; next < uris.length; next += 8) {
    const texts = await Promise.all(uris.slice(next, next + 8).map(textOf));
    if (texts.some((text) => SPEAKS_OF_ISTIO.test(text))) return true;
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
