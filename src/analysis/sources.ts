/**
 * The text of every file: that of the open document, otherwise that of the disk. Files are read by this thread itself,
 * a few at a time; what was removed or asked for again while it was read is dropped. A disk that does not answer keeps
 * nobody waiting: its files are named, and read when it does.
 */
import type { Content } from "./disk.ts";

export interface SourceText {
  readonly text: string;
  /** Of the open document. */
  readonly version?: number;
}

export interface SourcesEvents {
  read(uri: string): Promise<Content>;
  /** Some text is another one now. */
  changed(): void;
  progress(read: number, total: number): void;
}

/** As many reads as the file system answers at once without keeping others waiting. */
const AT_ONCE = 16;

/** A disk that has not answered for so long stands still. */
const PATIENCE_MS = 10_000;

const STANDS_STILL =
  "its disk has not answered for 10 seconds. It is read as soon as the disk does; if that stands for a remote folder, check the connection.";

export class Sources {
  readonly #events: SourcesEvents;
  readonly #open = new Map<string, SourceText>();
  readonly #disk = new Map<string, Exclude<Content, "gone">>();
  /** Files to be read, in the order asked. */
  readonly #queue = new Set<string>();
  readonly #underWay = new Map<string, symbol>();
  readonly #changed = new Set<string>();
  readonly #known = new Set<string>();
  /** By name; made again when files come or go. */
  #uris: readonly string[] | undefined;
  #read = 0;
  #standsStill = false;
  #patience: NodeJS.Timeout | undefined;

  constructor(events: SourcesEvents) {
    this.#events = events;
  }

  /** Reads are under way, so that what is known is not the whole. */
  get reading(): boolean {
    return !this.#standsStill && this.#queue.size + this.#underWay.size > 0;
  }

  /** By name, so that everything made from them comes out the same each time. */
  uris(): readonly string[] {
    this.#uris ??= [...new Set([...this.#disk.keys(), ...this.#open.keys()])].sort();
    return this.#uris;
  }

  /** Files that are another since this was asked last: their text, their version, or whether they are there at all. */
  takeChanged(): readonly string[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  isOpen(uri: string): boolean {
    return this.#open.has(uri);
  }

  of(uri: string): SourceText | { readonly unreadable: string } | undefined {
    return this.#open.get(uri) ?? this.#disk.get(uri);
  }

  texts(): readonly { readonly uri: string; readonly text: string }[] {
    return this.uris().flatMap((uri) => {
      const source = this.of(uri);
      return source !== undefined && "text" in source ? [{ uri, text: source.text }] : [];
    });
  }

  load(uris: readonly string[]): void {
    for (const uri of uris) {
      this.#underWay.delete(uri);
      this.#queue.add(uri);
    }
    this.#next();
  }

  give(uri: string, content: Exclude<Content, "gone">): void {
    this.#forget(uri);
    this.#disk.set(uri, content);
    this.#note(uri);
    this.#events.changed();
  }

  opened(uri: string, version: number, text: string): void {
    this.#open.set(uri, { text, version });
    this.#note(uri);
    this.#events.changed();
  }

  closed(uri: string): void {
    if (!this.#open.delete(uri)) return;
    this.#note(uri);
    this.#events.changed();
  }

  /** Files, or folders with all that is in them: a folder that goes is one event. */
  removed(uris: readonly string[]): void {
    const goes = (uri: string) => uris.some((gone) => uri === gone || uri.startsWith(`${gone}/`));
    for (const uri of [...this.#disk.keys(), ...this.#queue, ...this.#underWay.keys()].filter(goes)) {
      this.#forget(uri);
      this.#disk.delete(uri);
      this.#note(uri);
    }
    this.#events.changed();
  }

  #note(uri: string): void {
    this.#changed.add(uri);
    const isThere = this.#disk.has(uri) || this.#open.has(uri);
    if (isThere !== this.#known.has(uri)) this.#uris = undefined;
    if (isThere) this.#known.add(uri);
    else this.#known.delete(uri);
  }

  #forget(uri: string): void {
    this.#queue.delete(uri);
    this.#underWay.delete(uri);
  }

  #next(): void {
    for (const uri of this.#queue) {
      if (this.#underWay.size >= AT_ONCE) break;
      this.#queue.delete(uri);
      void this.#readOne(uri);
    }
    clearTimeout(this.#patience);
    if (this.#underWay.size > 0) this.#patience = setTimeout(() => this.#giveUpWaiting(), PATIENCE_MS);
    if (this.reading) return;
    this.#read = 0;
    this.#events.changed();
  }

  #giveUpWaiting(): void {
    this.#standsStill = true;
    for (const uri of this.#underWay.keys()) {
      this.#disk.set(uri, { unreadable: STANDS_STILL });
      this.#note(uri);
    }
    this.#events.changed();
  }

  async #readOne(uri: string): Promise<void> {
    const turn = Symbol(uri);
    this.#underWay.set(uri, turn);
    const content = await this.#events.read(uri);
    this.#standsStill = false;
    const wanted = this.#underWay.get(uri) === turn;
    if (wanted) {
      this.#underWay.delete(uri);
      if (content === "gone") this.#disk.delete(uri);
      else this.#disk.set(uri, content);
      this.#note(uri);
    }
    this.#read += 1;
    this.#events.progress(this.#read, this.#read + this.#queue.size + this.#underWay.size);
    this.#next();
  }
}
