/** The workspace as it is now: made anew or edited when somebody asks, whatever was told before that. */
import type { AnalysisSettings } from "../protocol/analysis.ts";
import type { FileText, ManifestReader } from "./manifests.ts";
import type { Sources } from "./sources.ts";
import { Workspace } from "./workspace/workspace.ts";

export class Current {
  readonly #manifests: ManifestReader;
  readonly #sources: Sources;
  /** Files whose views can be others than those handed out. */
  readonly #stale = new Set<string>();
  #made: { readonly workspace: Workspace; readonly settings: AnalysisSettings } | undefined;

  constructor(manifests: ManifestReader, sources: Sources) {
    this.#manifests = manifests;
    this.#sources = sources;
  }

  workspace(settings: AnalysisSettings): Workspace {
    const changed = this.#sources.takeChanged();
    for (const uri of changed) this.#stale.add(uri);
    if (this.#made?.settings === settings) {
      const touched = changed.length === 0 ? [] : this.#edit(this.#made.workspace, changed);
      for (const uri of touched ?? []) this.#stale.add(uri);
      if (touched !== undefined) return this.#made.workspace;
    }
    const files = this.#manifests.read(this.#sources.texts(), settings.defaultNamespace);
    const workspace = new Workspace(files, settings, settings.severity ?? {});
    this.#made = { workspace, settings };
    for (const uri of this.#sources.uris()) this.#stale.add(uri);
    return workspace;
  }

  /** By name. */
  takeStale(settings: AnalysisSettings): readonly string[] {
    this.workspace(settings);
    const stale = [...this.#stale].sort();
    this.#stale.clear();
    return stale;
  }

  /** Undefined where more changed than the workspace can take in. */
  #edit(workspace: Workspace, changed: readonly string[]): Iterable<string> | undefined {
    const texts = changed.flatMap((uri): FileText[] => {
      const source = this.#sources.of(uri);
      return source !== undefined && "text" in source ? [{ uri, text: source.text }] : [];
    });
    const files = texts.length === changed.length ? this.#manifests.reread(texts) : undefined;
    return files && workspace.edit(files);
  }
}
