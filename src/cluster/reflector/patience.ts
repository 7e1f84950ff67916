/** Waits between attempts: each twice the one before with jitter, ended early by `wake`. */

export interface Waits {
  readonly firstWait: number;
  readonly longestWait: number;
}

export class Patience {
  readonly #waits: Waits;
  #failed = 0;
  #wake: (() => void) | undefined;

  constructor(waits: Waits) {
    this.#waits = waits;
  }

  /** How often in a row. */
  get failed(): number {
    return this.#failed;
  }

  succeeded(): void {
    this.#failed = 0;
  }

  /** How long to wait after one more failure: no less than the server asks for. */
  next(asked = 0): number {
    const { firstWait, longestWait } = this.#waits;
    const wait = Math.min(longestWait, firstWait * 2 ** Math.min(this.#failed, 30));
    this.#failed += 1;
    return Math.max(asked, wait) * (1 + Math.random() / 2);
  }

  /** Settles after a time, when it is woken, or when the signal ends it. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#wake = done;
      signal.addEventListener("abort", done, { once: true });
      if (signal.aborted) done();
    });
  }

  wake(): void {
    this.#failed = 0;
    this.#wake?.();
  }
}
