/**
 * Tells the analysis which manifests the workspace has, and what becomes of them. The analysis reads `file:` itself;
 * what only the editor can read (virtual workspaces) is read here, a few files at a time.
 */
import { Disposable, FileSystemError, type Uri, workspace } from "vscode";
import type { FileContent } from "../../protocol/analysis.ts";
import type { AnalysisWorker } from "../analysis-worker.ts";
import { findManifests } from "../find-manifests.ts";
import type { Guard } from "../guard.ts";
import { MANIFESTS } from "../manifests.ts";
import { withinLimit } from "./limit.ts";

const AT_ONCE = 8;
const EXCLUDED = /\/(?:node_modules|\.git)\//;

export async function feedFiles(guard: Guard, analysis: AnalysisWorker): Promise<Disposable> {
  const watcher = workspace.createFileSystemWatcher(MANIFESTS);
  // A folder that goes is one event, and none for the manifests in it.
  const removals = workspace.createFileSystemWatcher("**", true, true, false);
  const load = guard("read a changed file", (uri: Uri) => feed(analysis, [uri]));
  const listening = Disposable.from(
    watcher,
    removals,
    watcher.onDidCreate(load),
    watcher.onDidChange(load),
    removals.onDidDelete(guard("forget a file", (uri) => analysis.tell("removed", { uris: [uri.toString()] }))),
    workspace.onDidChangeWorkspaceFolders(
      guard("read the changed workspace", async ({ added, removed }) => {
        analysis.tell("removed", { uris: removed.map(({ uri }) => uri.toString()) });
        if (added.length > 0) await feed(analysis, await manifests());
      }),
    ),
  );
  await feed(analysis, await manifests());
  return listening;
}

async function manifests(): Promise<readonly Uri[]> {
  return withinLimit(await findManifests());
}

async function feed(analysis: AnalysisWorker, uris: readonly Uri[]): Promise<void> {
  const wanted = uris.filter(({ path }) => !EXCLUDED.test(path));
  const onDisk = wanted.filter(({ scheme }) => scheme === "file");
  if (onDisk.length > 0) analysis.tell("files", { uris: onDisk.map((uri) => uri.toString()) });
  const others = wanted.filter(({ scheme }) => scheme !== "file");
  for (let next = 0; next < others.length; next += AT_ONCE) {
    const read = await Promise.all(others.slice(next, next + AT_ONCE).map(contentOf));
    analysis.tell("contents", { files: read.filter((content) => content !== undefined) });
  }
}

/** Undefined for a file that is gone meanwhile: its removal is told on its own. */
async function contentOf(uri: Uri): Promise<FileContent | undefined> {
  try {
    return { uri: uri.toString(), text: new TextDecoder().decode(await workspace.fs.readFile(uri)) };
  } catch (error) {
    if (error instanceof FileSystemError && error.code === "FileNotFound") return undefined;
    const says = error instanceof Error ? error.message : String(error);
    return { uri: uri.toString(), unreadable: `${says}. Repair that and save the file.` };
  }
}
