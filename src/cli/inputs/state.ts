/** What is judged: the state of the files, and with a change also the state before it. */

import type { ManifestFile } from "../../analysis/manifest-file.ts";
import { ManifestReader } from "../../analysis/manifests.ts";
import { type Snapshot, takeSnapshot } from "../../analysis/snapshot.ts";
import { NO_SETTINGS } from "../../protocol/settings.ts";
import type { FileInput } from "../../view/input.ts";
import { readBase } from "./base.ts";
import { emptyInputs } from "./empty.ts";
import { overlaid } from "./overlay.ts";
import { NO_TEXTS, type Progress, readTexts, type Texts } from "./read.ts";

export interface Sources {
  readonly paths: readonly string[];
  readonly observed: readonly string[];
  /** The state before, or what is laid over `paths`; at most one of them. */
  readonly base?: string;
  readonly change?: readonly string[];
  /** Of objects that name none and have no kustomization, as `kubectl apply --namespace` gives one. */
  readonly namespace?: string;
}

export interface State {
  /** Everything that was read, by name. */
  readonly inputs: readonly FileInput[];
  /** Of an empty file that is nobody's neighbour: its mesh is what all files make when they are applied by name. */
  readonly applied: FileInput | undefined;
  /** What a server recorded is evidence: nobody repairs that file. */
  readonly isObserved: (uri: string) => boolean;
  /** Every file of now as it was judged before the change, empty where it is new. Absent where there is no change. */
  readonly before?: { readonly inputs: readonly FileInput[]; readonly inputOf: Snapshot["inputOf"] };
  readonly errors: readonly string[];
}

export async function readState(sources: Sources, from: string, progress: Progress): Promise<State> {
  const read = (paths: readonly string[] = []) => readTexts(paths, from, progress);
  const [named, observed, above] = [
    await read(sources.paths),
    await read(sources.observed),
    await read(sources.change),
  ];
  const recorded = urisOf(observed);
  // What is named as observed is not also a manifest, wherever it lies.
  const below: Texts = { ...named, texts: named.texts.filter(({ uri }) => !recorded.has(uri)) };
  const old = sources.base === undefined ? NO_TEXTS : await readBase(sources.paths, sources.base, from, progress);

  const upper = urisOf(above);
  const reader = new ManifestReader();
  const manifests = (...of: readonly Texts[]) => {
    // A file of the change can lie among the others.
    const texts = new Map(of.flatMap(({ texts }) => texts.map((each) => [each.uri, each])));
    return reader.read([...texts.values()].toSorted(byUri), sources.namespace ?? NO_SETTINGS.defaultNamespace);
  };
  const all = manifests(below, observed, above);
  const lower = all.filter(({ uri }) => !upper.has(uri));
  const now = overlaid(
    lower,
    all.filter(({ uri }) => upper.has(uri)),
  );
  const before = sources.base === undefined ? lower : manifests(old, observed);
  const isChange = sources.base !== undefined || sources.change !== undefined;
  const snapshot = snapshotOf([APPLIED, ...now]);
  return {
    applied: snapshot.inputOf(APPLIED.uri),
    inputs: now.flatMap(({ uri }) => snapshot.inputOf(uri) ?? []),
    isObserved: (uri) => recorded.has(uri),
    ...(isChange ? { before: stateBefore(before, now) } : {}),
    errors: [
      ...[named, observed, above, old].flatMap(({ errors }) => errors),
      ...emptyInputs(all, [below, observed, above], from),
    ],
  };
}

/** A file that is new has a place before, too: among the same neighbours. */
function stateBefore(before: readonly ManifestFile[], now: readonly ManifestFile[]): NonNullable<State["before"]> {
  const known = new Set(before.map(({ uri }) => uri));
  const places = now.filter(({ uri }) => !known.has(uri)).map(({ uri }) => emptyFile(uri));
  const files = [...before, ...places].toSorted(byUri);
  const snapshot = snapshotOf(files);
  return {
    inputs: files.flatMap(({ uri }) => snapshot.inputOf(uri) ?? []),
    inputOf: (uri) => snapshot.inputOf(uri),
  };
}

function emptyFile(uri: string): ManifestFile {
  return { uri, text: "", manifest: { uri, documents: [] } };
}

const APPLIED = emptyFile("applied:");

function snapshotOf(files: readonly ManifestFile[]): Snapshot {
  return takeSnapshot(files, { namespaceLabels: NO_SETTINGS.namespaceLabels });
}

function urisOf({ texts }: Texts): ReadonlySet<string> {
  return new Set(texts.map(({ uri }) => uri));
}

function byUri(a: { readonly uri: string }, b: { readonly uri: string }): number {
  return a.uri < b.uri ? -1 : 1;
}
