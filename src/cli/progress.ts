/** How far the work is, in one line of a terminal that is wiped away; nothing where no person looks. */
import type { WriteStream } from "node:tty";

export interface ProgressLine {
  readonly show: (what: string, done: number, total: number) => void;
  readonly clear: () => void;
}

/** As often as an eye follows. */
const EVERY_MS = 100;
/** Work that is over by then needs no word. */
const QUIET_MS = 300;

export function progressOn(stream: Pick<WriteStream, "isTTY" | "write">): ProgressLine {
  let next = performance.now() + QUIET_MS;
  let shown = false;
  return {
    show(what, done, total) {
      if (!stream.isTTY || performance.now() < next) return;
      next = performance.now() + EVERY_MS;
      shown = true;
      stream.write(`\r\u001b[K${what} ${done} of ${total} files`);
    },
    clear() {
      if (shown) stream.write("\r\u001b[K");
    },
  };
}
