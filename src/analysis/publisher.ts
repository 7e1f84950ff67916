/**
 * Makes the views again after a burst of changes and hands out those that differ: open files first, the others in
 * slices, so that a question or the next edit never waits long. Files whose turn came last are first the next time.
 */
import { hash } from "node:crypto";
import type { FileViews } from "../protocol/analysis.ts";

export interface PublisherEvents {
  /** Everything asked for is read. Views of a part would claim what the rest denies. */
  ready(): boolean;
  /** The files whose views can be others since the revision before, by name, gone ones too. Called once per burst. */
  takeRevision(): readonly string[];
  isThere(uri: string): boolean;
  isOpen(uri: string): boolean;
  viewsOf(uri: string): FileViews;
  publish(revision: number, files: readonly FileViews[]): void;
  /** All views of the revision are handed out. */
  done(revision: number): void;
}

/** A frame of a 60 Hz screen. */
const SLICE_MS = 16;

export class Publisher {
  readonly #events: PublisherEvents;
  /** Digests of what was handed out: it is compared often and read seldom. */
  readonly #shown = new Map<string, string>();
  /** Revision that each file's views were made from. */
  readonly #madeAt = new Map<string, number>();
  #revision = 0;
  #dirty = false;
  #scheduled = false;
  readonly #stale = new Set<string>();
  /** Made of files that are not open, and kept until all are or the next burst comes: one message, not one per slice. */
  #made: FileViews[] = [];
  #waiting: (() => void)[] = [];

  constructor(events: PublisherEvents) {
    this.#events = events;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Everything handed out, by name. */
  shown(): readonly FileViews[] {
    return [...this.#shown.keys()].sort().map((uri) => this.#events.viewsOf(uri));
  }

  /** Something changed, or the last file is read: all that was told in this burst goes into one revision. */
  changed(): void {
    this.#dirty = true;
    this.#schedule();
  }

  /** Settles when everything that changed before is handed out. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#events.ready()) return;
      if (this.#dirty) this.#begin();
      // In the same turn: changes that never pause would otherwise keep the files that are not open waiting for ever.
      this.#slice();
    });
  }

  #begin(): void {
    this.#dirty = false;
    this.#publish(this.#made.splice(0));
    this.#revision += 1;
    const open: string[] = [];
    const gone: string[] = [];
    const closed = new Set(this.#stale);
    for (const uri of this.#events.takeRevision()) {
      closed.delete(uri);
      if (!this.#events.isThere(uri)) gone.push(uri);
      else if (this.#events.isOpen(uri)) open.push(uri);
      else closed.add(uri);
    }
    this.#stale.clear();
    for (const uri of [...closed].sort((a, b) => (this.#madeAt.get(a) ?? 0) - (this.#madeAt.get(b) ?? 0))) {
      this.#stale.add(uri);
    }
    this.#publish([...gone.flatMap((uri) => this.#clear(uri)), ...open.flatMap((uri) => this.#make(uri))]);
  }

  #slice(): void {
    const end = performance.now() + SLICE_MS;
    for (const uri of this.#stale) {
      if (performance.now() >= end) break;
      this.#stale.delete(uri);
      this.#made.push(...this.#make(uri));
    }
    if (this.#stale.size > 0) {
      this.#schedule();
      return;
    }
    this.#publish(this.#made.splice(0));
    this.#events.done(this.#revision);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #publish(files: readonly FileViews[]): void {
    if (files.length > 0) this.#events.publish(this.#revision, files);
  }

  /** The views of a file if they differ from those handed out before. */
  #make(uri: string): readonly FileViews[] {
    this.#madeAt.set(uri, this.#revision);
    const views = this.#events.viewsOf(uri);
    const digest = saysNothing(views) ? NOTHING : digestOf(views);
    if (digest === (this.#shown.get(uri) ?? NOTHING)) return [];
    this.#shown.set(uri, digest);
    return [views];
  }

  #clear(uri: string): readonly FileViews[] {
    this.#madeAt.delete(uri);
    return this.#shown.delete(uri) ? [nothing(uri)] : [];
  }
}

/** Of a closed file without problems, as most are. */
const NOTHING = "";

function saysNothing({ version, unreadable, lenses, problems }: FileViews): boolean {
  return version === undefined && unreadable === undefined && lenses.length + problems.length === 0;
}

function digestOf(views: FileViews): string {
  return hash("sha1", JSON.stringify(views), "base64");
}

function nothing(uri: string): FileViews {
  return { uri, lenses: [], problems: [] };
}
