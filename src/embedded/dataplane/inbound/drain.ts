/**
 * What becomes of kept connections when their filter chain is gone. HTTP: the next response says `Connection: close`, the
 * caller is served for five seconds more, then no byte of it is read, and a second later the connection ends; the kernel makes
 * that a reset where bytes were left unread. Connections that stay silent end with the drain of the listener, after 45 seconds.
 */
import type { Socket } from "node:net";

/** Envoy's drain_timeout and delayed_close_timeout of a connection, Istio's drain duration of a chain; tests shorten them. */
export const DRAIN = { served: 5_000, closing: 1_000, chain: 45_000 };

export interface Drain {
  /** Whether the response that is now written asks the caller to go. */
  asksToLeave(): boolean;
}

interface Kept {
  readonly port: number;
  readonly key: string;
  readonly socket: Socket;
  stale: boolean;
  timer?: NodeJS.Timeout;
}

export class Drains {
  readonly #kept = new Set<Kept>();
  readonly #chains = new Set<NodeJS.Timeout>();

  of(socket: Socket, port: number, key: string): Drain {
    const kept: Kept = { port, key, socket, stale: false };
    this.#kept.add(kept);
    socket.once("close", () => {
      clearTimeout(kept.timer);
      this.#kept.delete(kept);
    });
    return {
      asksToLeave: () => {
        if (kept.stale && !kept.timer) this.#begin(kept);
        return kept.stale;
      },
    };
  }

  reconfigured(keyOf: (port: number) => string) {
    const gone = [...this.#kept].filter((kept) => !kept.stale && keyOf(kept.port) !== kept.key);
    if (gone.length === 0) return;
    for (const kept of gone) kept.stale = true;
    const timer = setTimeout(() => {
      this.#chains.delete(timer);
      for (const { socket } of gone) socket.destroy();
    }, DRAIN.chain).unref();
    this.#chains.add(timer);
  }

  close() {
    for (const timer of this.#chains) clearTimeout(timer);
    for (const { socket } of this.#kept) socket.destroy();
  }

  #begin(kept: Kept) {
    kept.timer = setTimeout(() => {
      kept.socket.pause();
      kept.timer = setTimeout(() => kept.socket.destroy(), DRAIN.closing);
    }, DRAIN.served);
  }
}
