/**
 * The analysis as one object: told what changed, it hands out views and answers questions. The worker puts it behind a
 * channel, the command line calls it as it is.
 */

import type { AnalysisAsks, AnalysisSettings, FileViews, FromAnalysis, ToAnalysis } from "../protocol/analysis.ts";
import { NO_SETTINGS } from "../protocol/settings.ts";
import { fixesFor } from "../view/fixes.ts";
import { hoverAt } from "../view/hover.ts";
import { lensesOf } from "../view/lenses/lenses.ts";
import { problemsOf } from "../view/problems/problems.ts";
import { asError, type Listeners } from "../workers/channel.ts";
import { Current } from "./current.ts";
import { readFromDisk } from "./disk.ts";
import { ManifestReader } from "./manifests.ts";
import { Publisher } from "./publisher.ts";
import type { Snapshot } from "./snapshot.ts";
import { Sources } from "./sources.ts";
import { Trees, treeAnswers } from "./trees.ts";

export type Analysis = Pick<Listeners<ToAnalysis, AnalysisAsks>, "told" | "asked">;

/** One of so many reads is worth a word. */
const PROGRESS_EVERY = 25;

type Told = { readonly [Name in keyof FromAnalysis]: (body: FromAnalysis[Name]) => void };

export function startAnalysis(tell: Told): Analysis {
  let settings: AnalysisSettings = NO_SETTINGS;
  const manifests = new ManifestReader();
  const changed = () => publisher.changed();
  const sources = new Sources({
    read: readFromDisk,
    changed,
    progress(read, total) {
      if (read % PROGRESS_EVERY === 0 || read === total) tell.progress({ read, total });
    },
  });
  const current = new Current(manifests, sources);
  const snapshot = () => current.workspace(settings);
  const trees = new Trees(() => snapshot().whole());
  const publisher = new Publisher({
    ready: () => !sources.reading,
    takeRevision: () => current.takeStale(settings),
    isThere: (uri) => sources.of(uri) !== undefined,
    isOpen: (uri) => sources.isOpen(uri),
    viewsOf: (uri) => viewsOf(uri, sources, snapshot(), tell.failure),
    publish: (revision, files) => tell.views({ revision, files }),
    done: (revision) => tellTrees(trees, revision, tell),
  });

  return {
    told: {
      settings(now) {
        settings = now;
        changed();
      },
      files: ({ uris }) => sources.load(uris),
      contents({ files }) {
        for (const { uri, ...content } of files) sources.give(uri, content);
      },
      opened: ({ uri, version, text }) => sources.opened(uri, version, text),
      closed: ({ uri }) => sources.closed(uri),
      removed: ({ uris }) => sources.removed(uris),
    },
    asked: {
      ...treeAnswers(trees, snapshot, () => publisher.settled()),
      hover({ uri, position }) {
        const input = snapshot().inputOf(uri);
        return input && hoverAt(input, position);
      },
      fixes({ uri, range }) {
        const input = snapshot().inputOf(uri);
        return input === undefined ? [] : fixesFor(input, range);
      },
      async settled() {
        await publisher.settled();
        // Made when they are looked at: whoever only waits does not want them.
        return {
          revision: publisher.revision,
          get files() {
            return publisher.shown();
          },
        };
      },
    },
  };
}

/** Trees that fail stay as they are; everything else goes on. */
function tellTrees(trees: Trees, revision: number, tell: Told): void {
  try {
    const changes = trees.changes(revision);
    if (changes !== undefined) tell.trees(changes);
  } catch (thrown) {
    const error = asError(thrown);
    tell.failure({ says: `could not make the trees: ${error.message}`, stack: error.stack ?? "" });
  }
}

/** A file whose views fail is left without any; the others do not notice. Nobody sees the lenses of a file that is not open. */
function viewsOf(
  uri: string,
  sources: Sources,
  snapshot: Snapshot,
  failed: (failure: FromAnalysis["failure"]) => void,
) {
  const source = sources.of(uri);
  const empty: FileViews = { uri, lenses: [], problems: [] };
  if (source === undefined) return empty;
  if ("unreadable" in source) return { ...empty, unreadable: source.unreadable };
  const file = source.version === undefined ? empty : { ...empty, version: source.version };
  const input = snapshot.inputOf(uri);
  if (input === undefined) return file;
  try {
    const problems = problemsOf(input).map(({ view }) => view);
    return { ...file, lenses: sources.isOpen(uri) ? lensesOf(input) : [], problems };
  } catch (thrown) {
    const error = asError(thrown);
    failed({ says: `could not make the views of ${uri}: ${error.message}`, stack: error.stack ?? "" });
    return file;
  }
}
