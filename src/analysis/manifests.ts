/** The manifests of all files, read again only where the text, or the namespace that it is applied to, is another one. */

import { type DocumentCache, documentCache } from "../manifest/document-cache.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import type { ManifestFile } from "./snapshot.ts";

interface Read {
  readonly file: ManifestFile;
  readonly namespace: string;
}

export class ManifestReader {
  readonly #cache: DocumentCache = documentCache();
  #read: ReadonlyMap<string, Read> = new Map();

  /** In the order of `texts`. */
  read(
    texts: readonly { readonly uri: string; readonly text: string }[],
    defaultNamespace: string,
  ): readonly ManifestFile[] {
    const read = new Map(texts.map(({ uri, text }) => [uri, this.#one(uri, text, defaultNamespace)]));
    this.#read = read;
    return [...read.values()].map(({ file }) => file);
  }

  #one(uri: string, text: string, namespace: string): Read {
    const before = this.#read.get(uri);
    if (before?.file.text === text && before.namespace === namespace) return before;
    const manifest = readManifest(uri, text, { defaultNamespace: namespace, cache: this.#cache });
    return { file: { uri, text, manifest }, namespace };
  }
}
