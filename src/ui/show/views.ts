/** The views of every file as the analysis last told them: all that providers read. */
import { type Disposable, EventEmitter, type Uri, workspace } from "vscode";
import type { FileViews } from "../../protocol/analysis.ts";

export class Views implements Disposable {
  readonly #byUri = new Map<string, FileViews>();
  readonly #changed = new EventEmitter<readonly FileViews[]>();
  readonly onDidChange = this.#changed.event;

  of(uri: Uri): FileViews | undefined {
    return this.#byUri.get(uri.toString());
  }

  accept(files: readonly FileViews[]): void {
    const current = files.filter(isCurrent);
    for (const views of current) this.#byUri.set(views.uri, views);
    this.#changed.fire(current);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

/** Views of a text that was edited since are dropped: those of the newer text are on their way. */
function isCurrent({ uri, version }: FileViews): boolean {
  if (version === undefined) return true;
  const document = workspace.textDocuments.find((open) => open.uri.toString() === uri);
  return document === undefined || document.version === version;
}
