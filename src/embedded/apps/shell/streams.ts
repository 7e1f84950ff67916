/** What flows between commands: bytes come from an Input, by lines or as they are, and go to an Output. */

export type Output = (chunk: Buffer | string) => void;

const NEWLINE = 0x0a;

export class Input {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next line with its newline, which the last one may lack; undefined at the end. */
  async line(): Promise<string | undefined> {
    const parts: Buffer[] = [];
    for (;;) {
      const end = this.#rest.indexOf(NEWLINE);
      if (end >= 0) {
        parts.push(this.#rest.subarray(0, end + 1));
        this.#rest = this.#rest.subarray(end + 1);
        return Buffer.concat(parts).toString();
      }
      parts.push(this.#rest);
      this.#rest = Buffer.alloc(0);
      const more = await this.#source.next();
      if (more.done) return parts.some((part) => part.length > 0) ? Buffer.concat(parts).toString() : undefined;
      this.#rest = more.value;
    }
  }

  /** What is left, as it comes. */
  async *chunks(): AsyncGenerator<Buffer> {
    if (this.#rest.length > 0) {
      yield this.#rest;
      this.#rest = Buffer.alloc(0);
    }
    for (;;) {
      const more = await this.#source.next();
      if (more.done) return;
      yield more.value;
    }
  }

  async all(): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const chunk of this.chunks()) parts.push(chunk);
    return Buffer.concat(parts);
  }
}

export function inputOf(content: Buffer | string): Input {
  const bytes = Buffer.from(content);
  return new Input(
    (async function* () {
      if (bytes.length > 0) yield bytes;
    })(),
  );
}

/** Collects what is written. */
export function collector(): { readonly output: Output; text(): string } {
  const parts: Buffer[] = [];
  return { output: (chunk) => void parts.push(Buffer.from(chunk)), text: () => Buffer.concat(parts).toString() };
}
