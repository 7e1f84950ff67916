/** A file system that only the editor can read, as those of remote repositories are: no search, nothing on any disk. */
import * as vscode from "vscode";

export class Memory implements vscode.FileSystemProvider {
  readonly #files = new Map<string, Uint8Array>();
  readonly #refused = new Set<string>();
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const file = this.#files.get(uri.path);
    if (file !== undefined) return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: file.length };
    if (this.readDirectory(uri).length === 0) throw vscode.FileSystemError.FileNotFound(uri);
    return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
  }

  readDirectory(uri: vscode.Uri): [string, vscode.FileType][] {
    const folder = uri.path.endsWith("/") ? uri.path : `${uri.path}/`;
    const below = [...this.#files.keys()]
      .filter((path) => path.startsWith(folder))
      .map((path) => path.slice(folder.length));
    const names = new Map(
      below.map((path) => {
        const [name = "", ...rest] = path.split("/");
        return [name, rest.length === 0 ? vscode.FileType.File : vscode.FileType.Directory];
      }),
    );
    return [...names];
  }

  readFile(uri: vscode.Uri): Uint8Array {
    const file = this.#files.get(uri.path);
    if (file === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    if (this.#refused.has(uri.path)) throw vscode.FileSystemError.NoPermissions(uri);
    return file;
  }

  /** Until it is written again. */
  refuse(uri: vscode.Uri): void {
    this.#refused.add(uri.path);
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    const type = this.#files.has(uri.path) ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created;
    this.#files.set(uri.path, content);
    this.#refused.delete(uri.path);
    this.#changed.fire([{ type, uri }]);
  }

  delete(uri: vscode.Uri): void {
    for (const path of this.#files.keys()) {
      if (path === uri.path || path.startsWith(`${uri.path}/`)) this.#files.delete(path);
    }
    this.#changed.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
  }

  createDirectory(): void {
    // A folder is there as long as a file is in it.
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
}
