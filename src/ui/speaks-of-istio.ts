/** Whether some manifest of the workspace speaks of Istio. */
import { type Uri, workspace } from "vscode";
import { findManifests } from "./find-manifests.ts";
import { relevance } from "./relevance.ts";

/** Manifests looked at before the answer is no. Opening an Istio document later starts the analysis all the same. */
const LOOKED_AT = 300;
const AT_ONCE = 8;

/** Looks through the manifests of the workspace, a few at a time, until one speaks of Istio. */
export async function workspaceSpeaksOfIstio(): Promise<boolean> {
  const uris = await findManifests(LOOKED_AT);
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
