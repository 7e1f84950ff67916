/**
 * The manifests of all files, read again only where the text, or what a kustomization says of the file, is another
 * one. Kustomize's patches are read for their errors only: they change objects of other files and are none themselves.
 */

import { type DocumentCache, documentCache } from "../manifest/document-cache.ts";
import {
  isKustomization,
  type Kustomization,
  type Kustomized,
  kustomize,
  readKustomization,
} from "../manifest/kustomization.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import type { ManifestFile } from "./snapshot.ts";

export interface FileText {
  readonly uri: string;
  readonly text: string;
}

interface Read {
  readonly file: ManifestFile;
  /** What besides the text the manifest was made from. */
  readonly from: string;
}

export class ManifestReader {
  readonly #cache: DocumentCache = documentCache();
  #kustomizations: ReadonlyMap<string, { readonly text: string; readonly read: Kustomization }> = new Map();
  #read: ReadonlyMap<string, Read> = new Map();

  /** In the order of `texts`. */
  read(texts: readonly FileText[], defaultNamespace: string): readonly ManifestFile[] {
    const kustomized = this.#kustomize(texts.filter(({ uri }) => isKustomization(uri)));
    this.#read = new Map(texts.map((text) => [text.uri, this.#one(text, kustomized, defaultNamespace)]));
    return [...this.#read.values()].map(({ file }) => file);
  }

  #kustomize(texts: readonly FileText[]): Kustomized {
    const read = texts.map(({ uri, text }) => {
      const before = this.#kustomizations.get(uri);
      return [uri, before?.text === text ? before : { text, read: readKustomization(text) }] as const;
    });
    this.#kustomizations = new Map(read);
    return kustomize(new Map(read.map(([uri, kustomization]) => [uri, kustomization.read])));
  }

  #one({ uri, text }: FileText, kustomized: Kustomized, defaultNamespace: string): Read {
    const kustomizationNamespace = kustomized.namespaceOf(uri);
    const isPatch = kustomized.patches.has(uri);
    const from = JSON.stringify([defaultNamespace, kustomizationNamespace, isPatch]);
    const before = this.#read.get(uri);
    if (before?.file.text === text && before.from === from) return before;
    const manifest = readManifest(uri, text, {
      defaultNamespace,
      ...(kustomizationNamespace === undefined ? {} : { kustomizationNamespace }),
      cache: this.#cache,
    });
    return { file: { uri, text, manifest: isPatch ? withoutObjects(manifest) : manifest }, from };
  }
}

function withoutObjects({ uri, documents }: Manifest): Manifest {
  return {
    uri,
    documents: documents.map((document) => ({
      ...document,
      resources: [],
      problems: document.problems.filter(({ code }) => code !== "not-an-object"),
    })),
  };
}
