/** Addresses of pods: each its own, the one it had before where that is free. */

const LAST = 254 * 254;

export class Addresses {
  readonly #taken = new Set<string>();
  #next = 256;

  take(wanted?: string): string {
    const free = wanted !== undefined && /^10\.66\./.test(wanted) && !this.#taken.has(wanted) ? wanted : this.#free();
    this.#taken.add(free);
    return free;
  }

  release(ip: string): void {
    this.#taken.delete(ip);
  }

  #free(): string {
    for (let tried = 0; tried < LAST; tried++) {
      const ip = `10.66.${Math.floor(this.#next / 254)}.${(this.#next % 254) + 1}`;
      this.#next = this.#next >= LAST ? 256 : this.#next + 1;
      if (!this.#taken.has(ip)) return ip;
    }
    throw new Error("no address is left for a pod");
  }
}
