/**
 * The manifests of all files, read again only where the text, or what a kustomization says of the file, is another
 * one. Kustomize's patches are read for their errors only: they change objects of other files and are none themselves.
 */

import { isDeepStrictEqual } from "node:util";
import { nothingShared } from "../manifest/decode/compact.ts";
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
import { isValidated } from "../validation/validate.ts";
import type { ManifestFile } from "./manifest-file.ts";

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
  #read = new Map<string, Read>();
  #kustomized: Kustomized = kustomize(new Map());
  #defaultNamespace = "";

  /** In the order of `texts`. */
  read(texts: readonly FileText[], defaultNamespace: string): readonly ManifestFile[] {
    this.#kustomized = this.#kustomize(texts.filter(({ uri }) => isKustomization(uri)));
    this.#defaultNamespace = defaultNamespace;
    this.#read = new Map(texts.map((text) => [text.uri, this.#one(text)]));
    // What files have in common pays while all of them are read.
    this.#cache.shared = nothingShared();
    return [...this.#read.values()].map(({ file }) => file);
  }

  /** Other texts of files that were read before; undefined where other files depend on one of them. */
  reread(texts: readonly FileText[]): readonly ManifestFile[] | undefined {
    if (texts.some(({ uri }) => isKustomization(uri) || !this.#read.has(uri))) return undefined;
    return texts.map((text) => {
      const read = this.#one(text);
      this.#read.set(text.uri, read);
      return read.file;
    });
  }

  #kustomize(texts: readonly FileText[]): Kustomized {
    const read = texts.map(({ uri, text }) => {
      const before = this.#kustomizations.get(uri);
      return [uri, before?.text === text ? before : { text, read: readKustomization(text) }] as const;
    });
    this.#kustomizations = new Map(read);
    return kustomize(new Map(read.map(([uri, kustomization]) => [uri, kustomization.read])));
  }

  #one({ uri, text }: FileText): Read {
    const defaultNamespace = this.#defaultNamespace;
    const kustomizationNamespace = this.#kustomized.namespaceOf(uri);
    const isPatch = this.#kustomized.patches.has(uri);
    const from = JSON.stringify([defaultNamespace, kustomizationNamespace, isPatch]);
    const before = this.#read.get(uri);
    if (before?.file.text === text && before.from === from) return before;
    const manifest = readManifest(uri, text, {
      defaultNamespace,
      ...(kustomizationNamespace === undefined ? {} : { kustomizationNamespace }),
      isAskedFor: isValidated,
      cache: this.#cache,
    });
    const own = isPatch ? withoutObjects(manifest) : manifest;
    return { file: { uri, text, manifest: before === undefined ? own : sharing(own, before.file.manifest) }, from };
  }
}

/** Objects that an edit left as they were stay the same objects: what is known of them stays too. */
function sharing({ uri, documents }: Manifest, before: Manifest): Manifest {
  return {
    uri,
    documents: documents.map((document, index) => {
      const known = before.documents[index]?.resources;
      return isDeepStrictEqual(known, document.resources) ? { ...document, resources: known ?? [] } : document;
    }),
  };
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
