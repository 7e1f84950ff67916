/** Joins two streams: bytes, ends and resets of the one reach the other, at the pace of the slower. */
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

export interface Counted {
  /** Bytes from the first to the second, and back. */
  readonly forth: number;
  readonly back: number;
}

export function splice(downstream: Socket, upstream: Socket, done: (counted: Counted) => void) {
  let [forth, back, open] = [0, 0, 2];
  downstream.on("data", (chunk: Buffer) => {
    forth += chunk.length;
  });
  upstream.on("data", (chunk: Buffer) => {
    back += chunk.length;
  });
  downstream.pipe(upstream);
  upstream.pipe(downstream);
  const closes = (other: Socket) => (hadError: boolean) => {
    if (hadError) reset(other);
    else if (!other.destroyed) other.destroySoon();
    if (--open === 0) done({ forth, back });
  };
  const fails = () => {};
  downstream.on("error", fails).once("close", closes(upstream));
  upstream.on("error", fails).once("close", closes(downstream));
  if (downstream.closed) closes(upstream)(false);
}

const underTls = new WeakMap<Socket, Socket>();

/** Remembers the connection that carries TLS: only that one can be reset. */
export function carriedBy<T extends TLSSocket>(tls: T, raw: Socket): T {
  underTls.set(tls, raw);
  return tls;
}

/** Ends a connection so that the other side sees a reset (RST), whatever lies between. */
export function reset(socket: Socket) {
  const raw = underTls.get(socket) ?? socket;
  if (raw instanceof TLSSocket || raw.destroyed) socket.destroy();
  else raw.resetAndDestroy();
}
