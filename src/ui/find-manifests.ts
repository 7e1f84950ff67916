/**
 * The manifests of the workspace. The editor searches what is on a disk; a folder whose file system offers no search
 * (virtual workspaces) is walked.
 */
import { FileType, Uri, type WorkspaceFolder, workspace } from "vscode";
import { MANIFESTS } from "./manifests.ts";

const NO_MANIFESTS = "**/{node_modules,.git}/**";
const LEFT_OUT: ReadonlySet<string> = new Set(["node_modules", ".git"]);
const MANIFEST = /(?:\.ya?ml|^Kustomization)$/;

/** A walk asks for one folder after the other, each over a network: it ends somewhere. */
const FOLDERS_WALKED = 5000;

/** At most so many where that is said. */
export async function findManifests(most?: number): Promise<readonly Uri[]> {
  const found = await workspace.findFiles(MANIFESTS, NO_MANIFESTS, most);
  const unsearched = (workspace.workspaceFolders ?? []).filter((folder) => !isSearched(folder, found));
  const walked = await Promise.all(unsearched.map(({ uri }) => walk(uri)));
  return [...found, ...walked.flat()].slice(0, most);
}

function isSearched({ uri }: WorkspaceFolder, found: readonly Uri[]): boolean {
  return (
    uri.scheme === "file" || found.some(({ scheme, authority }) => scheme === uri.scheme && authority === uri.authority)
  );
}

/** Links are not followed: some lead in a circle. */
async function walk(folder: Uri): Promise<readonly Uri[]> {
  const found: Uri[] = [];
  const folders = [folder];
  for (const at of folders) {
    for (const [name, type] of await entriesOf(at)) {
      const uri = Uri.joinPath(at, name);
      if (type === FileType.Directory && !LEFT_OUT.has(name) && folders.length < FOLDERS_WALKED) folders.push(uri);
      else if ((type & FileType.File) !== 0 && MANIFEST.test(name)) found.push(uri);
    }
  }
  return found;
}

/** A folder that cannot be looked into has no files for anybody. */
async function entriesOf(folder: Uri): Promise<readonly [string, FileType][]> {
  return workspace.fs.readDirectory(folder).then(
    (entries) => entries,
    () => [],
  );
}
