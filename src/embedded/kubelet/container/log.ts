/** The output of one run of a container, its newest lines, for who asks later and who follows. */
import type { LogOptions } from "../kubelet.ts";

interface Line {
  readonly at: number;
  readonly text: string;
}

const MOST_LINES = 2000;
const LONGEST = 16_384;

export class ContainerLog {
  readonly #lines: Line[] = [];
  /** How many lines were dropped: numbers of lines stay. */
  #dropped = 0;
  #ended = false;
  readonly #waiting = new Set<() => void>();

  write(text: string): void {
    this.#lines.push({ at: Date.now(), text: text.slice(0, LONGEST) });
    if (this.#lines.length > MOST_LINES) {
      const many = MOST_LINES / 10;
      this.#lines.splice(0, many);
      this.#dropped += many;
    }
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *read(options: LogOptions, signal: AbortSignal): AsyncGenerator<string> {
    let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
    let next = this.#start(options);
    while (left > 0 && !signal.aborted) {
      const line = this.#lines[Math.max(0, next - this.#dropped)];
      if (line === undefined) {
        if (!options.follow || this.#ended) return;
        await this.#more(signal);
        continue;
      }
      next = Math.max(next, this.#dropped) + 1;
      const text = Buffer.from(`${options.timestamps ? `${stamp(line.at)} ` : ""}${line.text}\n`);
      yield text.subarray(0, left).toString();
      left -= text.length;
    }
  }

  #start({ tailLines, since }: LogOptions): number {
    const recent = since === undefined ? 0 : this.#lines.findIndex(({ at }) => at >= since);
    const from = recent < 0 ? this.#lines.length : recent;
    return this.#dropped + Math.max(from, tailLines === undefined ? 0 : this.#lines.length - tailLines);
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}

function stamp(at: number): string {
  return new Date(at).toISOString().replace("Z", "000000Z");
}
